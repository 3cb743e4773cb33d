#include "sim/cli/arguments.hpp"

#include "actors/protocol/duration_text.hpp"
#include "actors/protocol/integer_text.hpp"
#include "sim/document/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace lapse::cli {

namespace po = boost::program_options;

namespace {

po::variables_map read_all(std::string_view command, const command_words& words,
                           const po::options_description& options,
                           const po::positional_options_description& positions) {
  auto fail = [command](const std::string& text) { refuse(command, text); };
  try {
    po::variables_map result;
    auto style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(
        po::command_line_parser(words).options(options).positional(positions).style(style).run(),
        result);
    po::notify(result);
    return result;
  } catch (const po::unknown_option& e) {
    std::vector<std::string> names;
    for (const auto& option : options.options())
      names.push_back("--" + option->long_name());
    std::vector<std::string_view> views(names.begin(), names.end());
    auto name = e.get_option_name();
    fail("unknown option " + document::in_quotes(name) + document::did_you_mean(name, views));
  } catch (const po::too_many_positional_options_error&) {
    fail("takes no further arguments");
  } catch (const po::error& e) {
    fail(e.what());
  }
  return {};
}

} // namespace

po::variables_map read_arguments(std::string_view command, const command_words& words,
                                 const po::options_description& options, const char* name,
                                 bool at_most_one) {
  po::options_description all;
  all.add(options);
  po::positional_options_description positions;
  if (name != nullptr) {
    if (at_most_one)
      all.add_options()(name, po::value<std::string>(), "");
    else
      all.add_options()(name, po::value<std::vector<std::string>>(), "");
    positions.add(name, at_most_one ? 1 : -1);
  }
  return read_all(command, words, all, positions);
}

std::string listed(std::span<const std::string_view> names) {
  std::string result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0)
      result += i + 1 == names.size() ? " and " : ", ";
    result += names[i];
  }
  return result;
}

std::string text_of(const po::variables_map& values, const char* name, std::string otherwise) {
  return values.count(name) != 0 ? values[name].as<std::string>() : std::move(otherwise);
}

std::optional<std::uint64_t> number_between(std::string_view command,
                                            const po::variables_map& values, const char* name,
                                            std::uint64_t least, std::uint64_t most) {
  if (values.count(name) == 0)
    return std::nullopt;
  const auto& text = values[name].as<std::string>();
  const auto number = whole_number(text);
  if (!number || *number < least || *number > most)
    refuse(command, fmt::format("--{} takes a whole number from {} to {}, not {}", name, least,
                                most, document::in_quotes(text)));
  return number;
}

bool wants_json(std::string_view command, const po::variables_map& values) {
  const auto& format = values["format"].as<std::string>();
  if (format != "text" && format != "json")
    refuse(command, "unknown format " + document::in_quotes(format) +
                        document::did_you_mean(format, {"text", "json"}) +
                        "; formats are text and json");
  return format == "json";
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  const auto read = parse_unsigned(text);
  return read ? std::optional{*read} : std::nullopt;
}

std::optional<instant> time_since_start(const std::string& text) {
  const auto value = parse_duration(text);
  if (!value || *value < duration::zero() || *value == never || text.empty())
    return std::nullopt;
  return *value;
}

std::string first_variable(std::initializer_list<const char*> names) {
  for (const auto* name : names)
    if (const auto* value = std::getenv(name); value != nullptr && *value != '\0')
      return value;
  return {};
}

std::size_t cores() { return std::max(1u, std::thread::hardware_concurrency()); }

} // namespace lapse::cli
