#pragma once

namespace lapse {

/// Whether this is built with the address sanitizer. Each step costs five times as much then, so
/// that what goes over many examples takes fewer of them.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
inline constexpr bool sanitized = true;
#  else
inline constexpr bool sanitized = false;
#  endif
#else
inline constexpr bool sanitized = false;
#endif

} // namespace lapse
