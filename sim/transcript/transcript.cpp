#include "sim/transcript/transcript.hpp"

#include "actors/http/read_request.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/protocol/duration_text.hpp"
#include "actors/protocol/visible_text.hpp"
#include "sim/input/read_whole.hpp"
#include "sim/transcript/symbol_table.hpp"

#include <algorithm>
#include <initializer_list>
#include <istream>
#include <sstream>
#include <string_view>

namespace lapse::transcript {

using json = nlohmann::json;

namespace {

/// Later errors of a file say little.
constexpr std::size_t errors_max = 20;

/// A reason why a line cannot be read; thrown within this file only, caught per line.
struct bad_line {
  std::string what;
};

// -- raw lines -------------------------------------------------------------------

/// Refuses what would nest too deeply before anything is built from it.
void check_depth(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > transcript_depth_max)
        throw bad_line{"JSON nests deeper than " + std::to_string(transcript_depth_max) +
                       " levels. Flatten it."};
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
}

/// What the parser says after its prefix `[json.exception.parse_error.101] `.
std::string parse_reason(const char* text) {
  std::string result{text};
  if (const auto end = result.find("] "); end != std::string::npos)
    result.erase(0, end + 2);
  // The rest quotes the text that was read, which may be long and not UTF-8.
  if (const auto quoted = result.find("; last read"); quoted != std::string::npos)
    result.erase(quoted);
  std::erase_if(result, [](char c) { return static_cast<unsigned char>(c) >= 0x7f || c < ' '; });
  return result;
}

json parse_line(const std::string& text) {
  check_depth(text);
  try {
    auto result = json::parse(text);
    if (!result.is_object())
      throw bad_line{"Not a JSON object. Each line is one object, a header, a request or `sim`."};
    return result;
  } catch (const json::exception& e) {
    throw bad_line{"Not JSON: " + parse_reason(e.what()) + ". Each line is one JSON object."};
  }
}

// -- fields ------------------------------------------------------------------------

std::string list_of(std::initializer_list<const char*> words) {
  std::string result;
  for (const auto* word : words)
    result += (result.empty() ? "`" : ", `") + std::string{word} + "`";
  return result;
}

/// A key for a message: it may be long or strange.
std::string quoted(const std::string& key) {
  std::string shown = key.substr(0, 40);
  for (auto& c : shown)
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7f)
      c = '?';
  return "`" + shown + (key.size() > 40 ? "...`" : "`");
}

void check_keys(const json& object, const std::string& where,
                std::initializer_list<const char*> known) {
  for (const auto& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw bad_line{"Unknown key " + quoted(key) + " in " + where + ". Known are " +
                     list_of(known) + "."};
}

std::string text_field(const json& object, const char* key, bool required) {
  const auto found = object.find(key);
  if (found == object.end()) {
    if (required)
      throw bad_line{"`" + std::string{key} + "` is missing. Give it as a string."};
    return {};
  }
  if (!found->is_string())
    throw bad_line{"`" + std::string{key} + "` is not a string. Write it in quotes."};
  return found->get<std::string>();
}

duration seconds_field(const json& object, const char* key, bool required) {
  const auto found = object.find(key);
  if (found == object.end() && !required)
    return duration{0};
  constexpr auto max = std::chrono::duration<double>(transcript_at_max).count();
  const auto seconds = found != object.end() && found->is_number() ? found->get<double>() : -1.0;
  if (!(seconds >= 0 && seconds <= max))
    throw bad_line{"`" + std::string{key} +
                   "` is not a time. Give seconds from 0 up to a century, e.g. 1.25."};
  return duration{std::llround(seconds * 1e9)};
}

std::optional<duration> ttl_field(const json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end())
    return std::nullopt;
  const auto read = parse_duration(found->is_string() ? found->get<std::string>() : found->dump());
  if (!read || *read <= duration{0} || (!found->is_string() && !found->is_number_integer()))
    throw bad_line{"`config`: `" + std::string{key} +
                   "` is not a positive duration. Write seconds or e.g. \"20s\"."};
  return *read;
}

// -- lines -------------------------------------------------------------------------

void read_header(const json& object, transcript& to) {
  const auto version = object.find("transcript");
  if (version == object.end())
    throw bad_line{"The first line has no `transcript`. Begin with {\"transcript\": 1, \"name\": "
                   "..., \"about\": ..., \"server\": ..., \"config\": {}}."};
  if (*version != 1 && *version != 2)
    throw bad_line{"`transcript` is neither 1 nor 2. Record the file anew."};
  to.version = version->get<int>();
  check_keys(object, "the first line", {"transcript", "name", "about", "server", "config"});
  to.name = text_field(object, "name", false);
  to.about = text_field(object, "about", false);
  to.server = text_field(object, "server", false);
  const auto config = object.find("config");
  if (config == object.end())
    return;
  if (!config->is_object())
    throw bad_line{"`config` is not an object. Write {} for a server with default settings."};
  check_keys(*config, "`config`", {"default_lease_ttl", "max_lease_ttl"});
  to.default_lease_ttl = ttl_field(*config, "default_lease_ttl");
  to.max_lease_ttl = ttl_field(*config, "max_lease_ttl");
}

fault read_sim(const json& object) {
  const auto& sim = object.at("sim");
  if (!sim.is_object())
    throw bad_line{"`sim` is not an object. Write e.g. {\"backend_down\": \"db/\"}."};
  check_keys(sim, "`sim`", {"backend_down", "backend_up", "only"});
  if (sim.contains("backend_down") == sim.contains("backend_up"))
    throw bad_line{"`sim` needs exactly one of `backend_down` and `backend_up`."};
  fault result;
  const auto* key = sim.contains("backend_down") ? "backend_down" : "backend_up";
  result.what = sim.contains("backend_down") ? fault::kind::backend_down : fault::kind::backend_up;
  result.mount = text_field(sim, key, true);
  if (result.mount.empty() || result.mount.back() != '/')
    throw bad_line{"`" + std::string{key} + "` is not a mount. Write its path with the final /."};
  if (sim.contains("only")) {
    if (sim["only"] != "revoke")
      throw bad_line{"`only` is not \"revoke\", the only thing it can be."};
    result.revoke_only = true;
  }
  return result;
}

/// Headers that say nothing to a server that is asked over HTTP alone.
bool is_idle(const std::string& name) { return equals_ignoring_case(name, "X-Vault-Request"); }

void read_headers(const json& headers, int version, transcript_line& to) {
  if (headers.is_null())
    return;
  if (!headers.is_object())
    throw bad_line{"`headers` is not an object. Write {\"X-Vault-Wrap-TTL\": \"5s\"}."};
  for (const auto& [name, value] : headers.items()) {
    const bool wraps = equals_ignoring_case(name, "X-Vault-Wrap-TTL");
    if (is_idle(name))
      continue;
    if (version == 1 && !wraps && !equals_ignoring_case(name, "Content-Type"))
      throw bad_line{"Header " + quoted(name) +
                     " is unknown to version 1. Only `X-Vault-Wrap-TTL` counts there; begin the "
                     "file with {\"transcript\": 2, ...}."};
    if (name.size() >= 20 && equals_ignoring_case(name.substr(0, 20), "X-Vault-Inline-Auth-"))
      throw bad_line{"Header " + quoted(name) + " is not modelled. Log in by a request before."};
    if (!value.is_string())
      throw bad_line{"Header " + quoted(name) + " is not a string. Write it in quotes."};
    to.headers.emplace_back(name, value.get<std::string>());
  }
}

void read_request(json& object, int version, transcript_line& to) {
  check_keys(object, "a request",
             {"at", "took", "as", "method", "path", "body", "raw", "headers", "save", "status",
              "reply", "loose"});
  to.took = seconds_field(object, "took", false);
  to.method = text_field(object, "method", true);
  if (!http::parse_request(to.method, "", nullptr))
    throw bad_line{"`method` is none of GET, HEAD, LIST, SCAN, POST, PUT, DELETE, PATCH, HELP. "
                   "Write it in capitals."};
  to.path = text_field(object, "path", true);
  if (to.path.empty() || to.path.front() == '/' || to.path.starts_with("v1/"))
    throw bad_line{"`path` does not start with a mount. Leave out /v1/."};
  if (const auto as = object.find("as"); as != object.end() && !as->is_null())
    to.as = text_field(object, "as", true);
  to.save = text_field(object, "save", false);
  if (!to.save.empty() && (!is_symbol("$" + to.save) || to.save == "any"))
    throw bad_line{"`save` is not a symbol's name. Use a letter, then letters, digits, _ and -."};
  const auto status = object.find("status");
  if (status == object.end() || !status->is_number_integer() || *status < 100 || *status > 599)
    throw bad_line{
        "`status` is not an HTTP status. Give the number the server answered, e.g. 200."};
  to.status = status->get<int>();
  if (const auto loose = object.find("loose"); loose != object.end()) {
    if (!loose->is_boolean())
      throw bad_line{"`loose` is neither true nor false."};
    to.loose = loose->get<bool>();
  }
  if (const auto headers = object.find("headers"); headers != object.end())
    read_headers(*headers, version, to);
  const auto body = object.find("body");
  if (object.contains("raw")) {
    if (version == 1 || body != object.end())
      throw bad_line{version == 1 ? "`raw` is unknown to version 1. Begin the file with "
                                    "{\"transcript\": 2, ...}."
                                  : "`body` and `raw` are both there. Keep the one that was sent."};
    to.raw = text_field(object, "raw", true);
    const auto is_type = [](const auto& header) {
      return equals_ignoring_case(header.first, "Content-Type");
    };
    if (to.method == "PATCH" && std::none_of(to.headers.begin(), to.headers.end(), is_type))
      to.headers.emplace_back("Content-Type", "application/merge-patch+json");
  } else if (body != object.end()) {
    to.body = std::move(*body);
  }
  if (const auto reply = object.find("reply"); reply != object.end() && !reply->is_null())
    to.reply = std::move(*reply);
}

transcript_line read_body_line(json& object, int number, const transcript& so_far) {
  transcript_line result;
  result.number = number;
  result.at = seconds_field(object, "at", true);
  if (!so_far.lines.empty() && result.at < so_far.lines.back().at)
    throw bad_line{"`at` is earlier than on the line before. Lines go in order of time."};
  if (object.contains("sim")) {
    check_keys(object, "a `sim` line", {"at", "sim"});
    result.sim = read_sim(object);
  } else {
    read_request(object, so_far.version, result);
  }
  return result;
}

enum class line_state { read, end, too_long };

/// Like `std::getline`, but never holds more than `transcript_line_bytes_max`.
line_state next_line(std::istream& in, std::string& line) {
  line.clear();
  auto* source = in.rdbuf();
  for (int c = source->sbumpc();; c = source->sbumpc()) {
    if (c == std::char_traits<char>::eof())
      return line.empty() ? line_state::end : line_state::read;
    if (c == '\n')
      return line_state::read;
    if (line.size() == transcript_line_bytes_max)
      return line_state::too_long;
    line += static_cast<char>(c);
  }
}

bool is_blank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

} // namespace

std::string to_string(const transcript_error& e) {
  auto result = visible_line(e.file);
  if (e.line > 0)
    result.append(":").append(std::to_string(e.line));
  return result.append(": ").append(visible_text(e.what));
}

tl::expected<transcript_ptr, std::vector<transcript_error>>
read_transcript(std::istream& in, const std::string& file) {
  auto result = std::make_shared<transcript>();
  result->file = file;
  std::vector<transcript_error> errors;
  std::string line;
  std::size_t bytes = 0;
  bool has_header = false;
  int number = 0;
  const auto stop = [&](std::string what) {
    errors.push_back({file, number, std::move(what)});
    return tl::unexpected(errors);
  };
  for (;;) {
    const auto state = next_line(in, line);
    if (state == line_state::end)
      break;
    ++number;
    bytes += line.size() + 1;
    if (state == line_state::too_long)
      return stop("The line is longer than 1 MiB. Is this a transcript?");
    if (bytes > transcript_bytes_max)
      return stop("The file is longer than 32 MiB. Split the conversation.");
    if (is_blank(line))
      continue;
    try {
      auto object = parse_line(line);
      if (has_header)
        result->lines.push_back(read_body_line(object, number, *result));
      else
        read_header(object, *result);
      has_header = true;
    } catch (bad_line& bad) {
      errors.push_back({file, number, std::move(bad.what)});
      // Without a header this is no transcript: further errors would not help.
      if (!has_header || errors.size() >= errors_max)
        return tl::unexpected(std::move(errors));
    }
  }
  if (!has_header)
    return stop("The file is empty. A transcript begins with a line {\"transcript\": 1, ...}.");
  if (!errors.empty())
    return tl::unexpected(std::move(errors));
  return transcript_ptr{std::move(result)};
}

tl::expected<transcript_ptr, std::vector<transcript_error>>
load_transcript(const std::string& file) {
  auto text = input::read_whole(file, transcript_bytes_max);
  if (!text)
    return tl::unexpected(std::vector{transcript_error{file, 0, text.error()}});
  std::istringstream in{*std::move(text)};
  return read_transcript(in, file);
}

server_config config_of(const transcript& t) {
  server_config result;
  result.root = server_config::root_kind::dev;
  result.generic_is_leased = false;
  result.mount_secret = true;
  // A database lease disappears 17 to 30 ms after its end; expired tokens go at once (R-1732).
  result.lease_revocation_delay = std::chrono::milliseconds{25};
  if (t.default_lease_ttl)
    result.default_lease_ttl = *t.default_lease_ttl;
  if (t.max_lease_ttl)
    result.max_lease_ttl = *t.max_lease_ttl;
  return result;
}

} // namespace lapse::transcript
