#pragma once

#include "actors/api/answers.hpp"
#include "actors/api/field_data.hpp"
#include "actors/api/path_help.hpp"
#include "actors/api/path_pattern.hpp"
#include "actors/protocol/request.hpp"

#include <tl/expected.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse::api {

/// One path of a backend: what it is called, what it takes, and who performs it.
///
///     {.pattern = "roles/{name}",
///      .fields = {{"name"}, {"ttl", field_kind::seconds}},
///      .operations = {{operation::read, on<&engine::read_role>}, …},
///      .exists = has<&engine::has_role>}
template <class Handler, class Exists>
struct path_row {
  std::string_view pattern;
  /// Fields and operations are always written, `{}` for none: gcc 12 fails on a row without.
  std::vector<field_row> fields;
  /// `update` stands for `create` too. Null: the server performs the operation, lapse does not.
  std::vector<std::pair<operation, Handler>> operations;
  /// Whether the path's item is there, by which a write asks for `create` or `update`.
  /// Null: every write is an `update`.
  Exists exists = nullptr;
  /// One line for readers, and for those who ask the path for help: what it is for.
  std::string_view help = {};
  /// Why lapse leaves out the operations without a handler: they answer 501. A path without any
  /// operation is left out as a whole.
  std::string_view not_modelled = {};
  /// Whatever is sent is data: no parameter is unknown.
  bool any_fields = false;
  /// The path reaches an external system, which a fault may have taken down.
  bool external = false;
};

/// The paths of a backend that stand apart, as patterns that may end in `*`.
struct special_paths {
  /// Take no token.
  std::vector<std::string_view> unauthenticated = {};
  /// Ask for `sudo` beside the ordinary capability.
  std::vector<std::string_view> sudo = {};
};

/// Whether one of `patterns` matches the path, which is relative to its mount.
[[nodiscard]] bool is_special(const std::vector<std::string_view>& patterns,
                              std::string_view path) noexcept;

/// What was found of a request's fields, kept with the request: the check is a function of request
/// and row alone.
struct field_check : parsed_body {
  const void* row = nullptr;
  /// Why a field cannot be converted; empty if all can.
  std::string error;
  /// About parameters that have no effect.
  std::vector<std::string> warnings;
};

/// Checks what a request sends against what its path declares.
[[nodiscard]] const field_check* check_fields(const request& what, const void* row,
                                              std::span<const field_row> schema, bool any_fields,
                                              const path_captures& captures);

/// Adds what a path says of parameters it ignored, if the answer can carry it: errors and
/// empty answers have no place for it, and one with a status of its own is written before. A list
/// of nothing that has something to say is no error.
void add_warnings(answer& reply, operation op, std::vector<std::string> warnings);

/// The 501 of a path that lapse leaves out. @param why empty: nothing more is to be said
[[nodiscard]] answer not_modelled(std::string_view path, std::string_view why = {});

/// What a table says before anything is asked of a backend: which paths there are and which of
/// them are left out.
struct left_out_path {
  std::string_view pattern;
  std::string_view reason;
  /// Which operations are left out, where others are not; empty: all.
  std::vector<operation> operations = {};
};

/// The paths of one backend, and what is decided about a request before its handler runs: 404
/// unsupported path, 405 unsupported operation, 400 for a field that cannot be converted. The first
/// row that matches serves the request.
template <class Handler, class Exists>
class path_table {
public:
  using row = path_row<Handler, Exists>;

  path_table(special_paths special, std::vector<row> rows)
    : special_(std::move(special)), rows_(std::move(rows)) {
    patterns_.reserve(rows_.size());
    for (const auto& one : rows_)
      patterns_.emplace_back(one.pattern);
  }

  /// A request that may be performed.
  struct match {
    const row* at;
    Handler handler;
    field_data in;
    const field_check* checked;

    /// About parameters that have no effect.
    [[nodiscard]] std::vector<std::string> warnings() const {
      return checked ? checked->warnings : std::vector<std::string>{};
    }
  };

  /// @param path relative to the mount.
  [[nodiscard]] tl::expected<match, answer> find(std::string_view path, const request& what) const {
    if (what.op == operation::help && path.empty())
      return tl::unexpected{root_help(listed())};
    path_captures captures;
    const auto* found = row_of(path, captures);
    if (!found)
      return tl::unexpected{is_bare(path) ? error_answer(404, "unsupported path")
                                          : unsupported_path()};
    if (what.op == operation::help)
      return tl::unexpected{path_help(path, listed(*found))};
    if (found->operations.empty() && !found->not_modelled.empty())
      return tl::unexpected{lapse::api::not_modelled(what.path, found->not_modelled)};
    const auto wanted = what.op == operation::create ? operation::update : what.op;
    for (const auto& [op, handler] : found->operations) {
      if (op != wanted)
        continue;
      if (handler == Handler{})
        return tl::unexpected{lapse::api::not_modelled(what.path, found->not_modelled)};
      const auto* checked = check_fields(what, found, found->fields, found->any_fields, captures);
      if (checked && !checked->error.empty())
        return tl::unexpected{error_answer(400, "Field validation failed: " + checked->error)};
      return match{found, handler, field_data{found->fields, captures, what.body}, checked};
    }
    return tl::unexpected{is_bare(path) ? error_answer(405, "unsupported operation")
                                        : unsupported_operation()};
  }

  /// Whether the item of a path with an existence check is there; none for other paths. The error
  /// is the 400 for a field that cannot be converted, which comes before the policies are asked.
  /// @param ask called with the row's check and the request's fields.
  template <class Ask>
  [[nodiscard]] tl::expected<std::optional<bool>, answer>
  exists(std::string_view path, const request& what, const Ask& ask) const {
    path_captures captures;
    const auto* found = row_of(path, captures);
    if (!found || !found->exists)
      return std::nullopt;
    const auto* checked = check_fields(what, found, found->fields, found->any_fields, captures);
    if (checked && !checked->error.empty())
      return tl::unexpected{error_answer(400, checked->error)};
    return ask(found->exists, field_data{found->fields, captures, what.body});
  }

  [[nodiscard]] const special_paths& special() const noexcept { return special_; }

  [[nodiscard]] std::span<const row> rows() const noexcept { return rows_; }

  [[nodiscard]] std::vector<left_out_path> left_out() const {
    std::vector<left_out_path> result;
    for (const auto& one : rows_) {
      if (one.not_modelled.empty())
        continue;
      left_out_path line{one.pattern, one.not_modelled};
      for (const auto& [op, handler] : one.operations)
        if (handler == Handler{})
          line.operations.push_back(op);
      if (line.operations.size() == one.operations.size())
        line.operations.clear();
      result.push_back(std::move(line));
    }
    return result;
  }

private:
  /// Errors of login paths are bare (R-1204).
  [[nodiscard]] bool is_bare(std::string_view path) const noexcept {
    return is_special(special_.unauthenticated, path);
  }

  [[nodiscard]] static listed_path listed(const row& one) {
    listed_path result{one.pattern, one.help, one.fields, {}};
    for (const auto& [op, handler] : one.operations)
      result.operations.push_back(op);
    return result;
  }

  [[nodiscard]] std::vector<listed_path> listed() const {
    std::vector<listed_path> result;
    for (const auto& one : rows_)
      result.push_back(listed(one));
    return result;
  }

  [[nodiscard]] const row* row_of(std::string_view path, path_captures& captures) const {
    for (std::size_t i = 0; i < rows_.size(); ++i)
      if (patterns_[i].matches(path, captures))
        return &rows_[i];
    return nullptr;
  }

  special_paths special_;
  std::vector<row> rows_;
  std::vector<path_pattern> patterns_;
};

} // namespace lapse::api
