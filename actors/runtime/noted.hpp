#pragma once

#include "actors/runtime/access_trace.hpp"

#include <cstdint>
#include <utility>

namespace lapse::runtime {

/// Plain data that actors share under one key. It can only be used through `->`, which notes for
/// the delivery under way whether that changed anything: exploration would take deliveries that
/// hinder each other for independent if one of them used it unseen.
/// @tparam T counts its changes: `version()` grows with each.
template <class T>
class noted {
public:
  noted(access_trace& accesses, std::uint64_t key, T what = {})
    : accesses_(&accesses), key_(key), what_(std::move(what)) {}

  /// One use of the data, up to the end of its life.
  template <class Data>
  class use {
  public:
    use(access_trace& accesses, std::uint64_t key, Data& what)
      : accesses_(accesses), key_(key), what_(what), before_(what.version()) {}
    ~use() { accesses_.note(key_, what_.version() == before_ ? access::read : access::write); }
    use(const use&) = delete;
    use& operator=(const use&) = delete;

    [[nodiscard]] Data* operator->() const noexcept { return &what_; }
    [[nodiscard]] Data& operator*() const noexcept { return what_; }

  private:
    access_trace& accesses_;
    std::uint64_t key_;
    Data& what_;
    std::uint64_t before_;
  };

  [[nodiscard]] use<T> operator->() { return {*accesses_, key_, what_}; }
  [[nodiscard]] use<const T> operator->() const { return {*accesses_, key_, what_}; }
  [[nodiscard]] use<T> operator*() { return {*accesses_, key_, what_}; }

private:
  access_trace* accesses_;
  std::uint64_t key_;
  T what_;
};

} // namespace lapse::runtime
