#include "sim/cli/arguments.hpp"

#include "sim/scenario/nearest.hpp"

#include <string>
#include <vector>

namespace lapse {

namespace po = boost::program_options;

po::variables_map read_arguments(std::string_view command, const command_words& words,
                                 const po::options_description& options,
                                 const po::positional_options_description& positions) {
  auto fail = [command](std::string text) {
    throw usage_error{std::string(command) + ": " + std::move(text) + "\ntry `lapse " +
                      std::string(command) + " --help`"};
  };
  try {
    po::variables_map result;
    auto style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(words)
                  .options(options)
                  .positional(positions)
                  .style(style)
                  .run(),
              result);
    po::notify(result);
    return result;
  } catch (const po::unknown_option& e) {
    std::vector<std::string> names;
    for (const auto& option : options.options())
      names.push_back("--" + option->long_name());
    std::vector<std::string_view> views(names.begin(), names.end());
    auto name = e.get_option_name();
    fail("unknown option " + in_quotes(name) + did_you_mean(name, views));
  } catch (const po::too_many_positional_options_error&) {
    fail("takes no further arguments");
  } catch (const po::error& e) {
    fail(e.what());
  }
  return {};
}

} // namespace lapse
