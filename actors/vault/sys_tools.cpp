// sys/tools, which need no secret, and sys/raw: digests, random bytes, and what is kept by path
// (R-1226).

#include "actors/api/answers.hpp"
#include "actors/api/key_tree.hpp"
#include "actors/protocol/base64.hpp"
#include "actors/protocol/integer_text.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/vault/vault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <openssl/evp.h>

namespace lapse::vault {

namespace {

tl::unexpected<std::string> bad_tool(std::string why) { return tl::unexpected{std::move(why)}; }

std::string hexadecimal(std::string_view bytes) {
  std::string result;
  for (const char c : bytes)
    result += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return result;
}

/// Where Go finds fault with a text that is no base64.
std::size_t corrupt_at(std::string_view input) {
  std::size_t in_quantum = 0;
  for (std::size_t i = 0; i < input.size(); ++i) {
    const char c = input[i];
    if (c == '\n' || c == '\r')
      continue;
    const bool digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '+' || c == '/';
    if (!digit && (c != '=' || in_quantum < 2))
      return i;
    if (c == '=') { // padding ends the text, after two digits with one more of it
      const bool doubled = in_quantum == 2 && i + 1 < input.size() && input[i + 1] == '=';
      return std::min(input.size(), i + (doubled ? 2 : 1));
    }
    in_quantum = (in_quantum + 1) % 4;
  }
  return input.size() - in_quantum;
}

const EVP_MD* digest_called(std::string_view name) {
  struct algorithm {
    std::string_view name;
    const EVP_MD* (*make)();
  };
  static constexpr algorithm all[] = {{"sha2-224", EVP_sha224},   {"sha2-256", EVP_sha256},
                                      {"sha2-384", EVP_sha384},   {"sha2-512", EVP_sha512},
                                      {"sha3-224", EVP_sha3_224}, {"sha3-256", EVP_sha3_256},
                                      {"sha3-384", EVP_sha3_384}, {"sha3-512", EVP_sha3_512}};
  const auto* found =
      std::find_if(std::begin(all), std::end(all), [&](auto& one) { return one.name == name; });
  return found == std::end(all) ? nullptr : found->make();
}

tl::expected<std::string, std::string> digest_of(const api::field_data& in) {
  const auto input = decode_base64(in.text("input"));
  if (!input)
    return bad_tool(
        fmt::format("unable to decode input as base64: illegal base64 data at input byte {}",
                    corrupt_at(in.text("input"))));
  const auto format = in.text("format");
  if (format != "hex" && format != "base64")
    return bad_tool("unsupported encoding format " + format + R"(; must be "hex" or "base64")");
  auto name = in.text("urlalgorithm");
  if (name.empty())
    name = in.text("algorithm");
  const auto* algorithm = digest_called(name);
  if (algorithm == nullptr)
    return bad_tool("unsupported algorithm " + name);
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned int size = 0;
  EVP_Digest(input->data(), input->size(), sum.data(), &size, algorithm, nullptr);
  const std::string_view bytes{reinterpret_cast<const char*>(sum.data()), size};
  return format == "hex" ? hexadecimal(bytes) : encode_base64(bytes);
}

bool is_source(std::string_view name) {
  return name == "platform" || name == "seal" || name == "all";
}

constexpr std::int64_t random_bytes_max = 128 * 1024;

/// How many bytes are asked for; `source` is set where the path names one. A number may stand in
/// the place of the source.
tl::expected<std::int64_t, std::string> count_of(const api::field_data& in, std::string& source) {
  const std::string named{in.captured("source")};
  const std::string count{in.captured("urlbytes")};
  if (named.empty() || (count.empty() && is_source(named))) {
    if (!named.empty())
      source = named;
    return in.integer("bytes");
  }
  if (!count.empty())
    source = named;
  const auto& digits = count.empty() ? named : count;
  const auto read = parse_integer(digits);
  if (!read)
    return bad_tool("error parsing url-set byte count: " +
                    integer_error("Atoi", digits, read.error()));
  return *read;
}

} // namespace

void vault::digest(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto sum = digest_of(in);
  finish(x,
         sum ? data_answer({{"sum", std::move(*sum)}}) : error_answer(400, std::move(sum.error())));
}

void vault::random_bytes(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto refuse = [&](std::string why) { finish(x, error_answer(400, std::move(why))); };
  std::string source = "platform";
  const auto count = count_of(in, source);
  if (!count)
    return refuse(count.error());
  if (*count < 1)
    return refuse("'bytes' cannot be less than 1");
  if (*count > random_bytes_max)
    return refuse(fmt::format("'bytes' should be less than {}", random_bytes_max));
  const auto format = in.text("format");
  if (format != "hex" && format != "base64")
    return refuse("unsupported encoding format " + quote(format) +
                  R"(; must be "hex" or "base64")");
  if (!is_source(source))
    return refuse("unsupported entropy source " + quote(source) +
                  R"(; must be "platform" or "seal", or "all")");
  constexpr std::uint64_t stream = 0x72616e646f6dULL; // "random"
  std::string bytes;
  while (bytes.size() < static_cast<std::size_t>(*count)) {
    auto drawn = env_.draw(stream);
    for (int i = 0; i < 8 && bytes.size() < static_cast<std::size_t>(*count); ++i, drawn >>= 8)
      bytes += static_cast<char>(drawn & 0xff);
  }
  auto reply =
      data_answer({{"random_bytes", format == "hex" ? hexadecimal(bytes) : encode_base64(bytes)}});
  if (source == "seal")
    reply.warnings.emplace_back("no seal/entropy augmentation available, using platform entropy "
                                "source");
  finish(x, std::move(reply));
}

// -- sys/raw ----------------------------------------------------------------------------------

namespace {

/// Where a server keeps its own state, which is nowhere here.
bool is_server_state(std::string_view path) {
  static constexpr std::string_view roots[] = {"audit/", "auth/", "core/", "logical/", "sys/"};
  return path.empty() || std::any_of(std::begin(roots), std::end(roots), [&](auto root) {
           return path.starts_with(root) || path == root.substr(0, root.size() - 1);
         });
}

std::string bad_encoding(const api::field_data& in) {
  const auto encoding = in.text("encoding");
  return encoding.empty() || encoding == "base64" ? "" : "invalid encoding " + quote(encoding);
}

} // namespace

void vault::read_raw(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = in.captured("path");
  if (auto why = bad_encoding(in); !why.empty())
    return finish(x, error_answer(400, std::move(why)));
  const auto i = raw_.find(path);
  if (i == raw_.end())
    return finish(x, is_server_state(path) ? api::not_modelled(x->what->path) : nothing_found());
  finish(x, data_answer(
                {{"value", in.text("encoding").empty() ? i->second : encode_base64(i->second)}}));
}

void vault::list_raw(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto path = in.captured("path");
  if (is_server_state(path))
    return finish(x, api::not_modelled(x->what->path));
  finish(x, api::key_list(api::page_of(api::keys_below(raw_, path), in)));
}

void vault::write_raw(const runtime::exchange_ptr& x, const api::field_data& in) {
  const std::string path{in.captured("path")};
  if (is_server_state(path))
    return finish(x, api::not_modelled(x->what->path));
  if (auto why = bad_encoding(in); !why.empty())
    return finish(x, error_answer(400, std::move(why)));
  auto value = in.text("value");
  if (!in.text("encoding").empty()) {
    auto decoded = decode_base64(value);
    if (!decoded)
      return finish(x, error_answer(400, fmt::format("illegal base64 data at input byte {}",
                                                     corrupt_at(value))));
    value = std::move(*decoded);
  }
  const auto compression = in.text("compression_type");
  if (raw_.contains(path) && !compression.empty())
    return finish(x, error_answer(400, "the entry uses a different compression scheme then "
                                       "compression_type"));
  if (!compression.empty() && compression != "gzip" && compression != "snappy")
    return finish(x, error_answer(400, "invalid compression type " + quote(compression)));
  raw_.insert_or_assign(path, std::move(value));
  finish(x, no_content());
}

void vault::delete_raw(const runtime::exchange_ptr& x, const api::field_data& in) {
  const std::string path{in.captured("path")};
  if (is_server_state(path))
    return finish(x, api::not_modelled(x->what->path));
  raw_.erase(path);
  finish(x, no_content());
}

std::vector<runtime::actor_paths<vault>::row> vault::tool_rows() {
  using enum operation;
  const std::vector<api::field_row> random = {{"source"},
                                              {"urlbytes"},
                                              {"bytes", api::field_kind::integer, "32"},
                                              {"format", api::field_kind::text, "base64"}};
  const std::vector<
      std::pair<operation, void (*)(vault&, const runtime::exchange_ptr&, const api::field_data&)>>
      raw = {{read, runtime::by<&vault::read_raw>},
             {update, runtime::by<&vault::write_raw>},
             {delete_, runtime::by<&vault::delete_raw>},
             {list, runtime::by<&vault::list_raw>}};
  const std::vector<api::field_row> raw_fields = {{"path"},
                                                  {"value"},
                                                  {"compressed", api::field_kind::boolean, "true"},
                                                  {"encoding"},
                                                  {"compression_type"},
                                                  {"after"},
                                                  {"limit", api::field_kind::integer}};
  return {{.pattern = "tools/hash{/urlalgorithm}",
           .fields = {{"urlalgorithm"},
                      {"input"},
                      {"algorithm", api::field_kind::text, "sha2-256"},
                      {"format", api::field_kind::text, "hex"}},
           .operations = {{update, runtime::by<&vault::digest>}},
           .help = "the digest of what is sent"},
          {.pattern = "tools/random/{source}{/urlbytes}",
           .fields = random,
           .operations = {{update, runtime::by<&vault::random_bytes>}},
           .help = "random bytes"},
          {.pattern = "tools/random{/urlbytes}",
           .fields = random,
           .operations = {{update, runtime::by<&vault::random_bytes>}},
           .help = "random bytes"},
          {.pattern = "raw/?",
           .fields = raw_fields,
           .operations = raw,
           .help = "what is kept by path; not what the server itself keeps"},
          {.pattern = "raw/{path+}",
           .fields = raw_fields,
           .operations = raw,
           .help = "what is kept by path; not what the server itself keeps"}};
}

} // namespace lapse::vault
