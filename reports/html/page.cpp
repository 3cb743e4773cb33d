#include "reports/html/page.hpp"

#include "reports/audit/hashing.hpp"
#include "reports/html/page_files.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/verbatim.hpp"
#include "reports/html/words.hpp"
#include "reports/text/cell.hpp"

namespace lapse::html {

namespace {

void add(mustache::object& to, mustache::object section) {
  for (auto& [key, value] : section)
    to.insert_or_assign(key, std::move(value));
}

mustache::object all_sections(const page_facts& facts) {
  mustache::object page;
  add(page, verdict_section(facts));
  add(page, findings_section(facts));
  add(page, causes_section(facts));
  add(page, deaths_section(facts));
  add(page, survivors_section(facts));
  add(page, lifelines_section(facts));
  add(page, clients_section(facts));
  add(page, counts_section(facts));
  add(page, tree_section(facts));
  return page;
}

void add_again(mustache::object& page, const page_facts& facts) {
  auto failed = facts.findings.failed();
  put(page, "replay", failed ? text_report::escaped(facts.options.replay_command, 4000) : "");
  put_list(page, "scenario", failed ? verbatim(facts.options.scenario_text) : mustache::list{});
  page["again"] = mustache::data{failed};
}

/// A partial without the newline that ends its file.
mustache::data partial_of(std::string_view text) {
  auto trimmed = std::string{text.substr(0, text.find_last_not_of('\n') + 1)};
  return mustache::data{mustache::partial{[trimmed] { return trimmed; }}};
}

} // namespace

void html_page(std::ostream& out, const page_facts& facts) {
  auto page = all_sections(facts);
  add_again(page, facts);
  page["style"] = std::string{page_files::style};
  page["script"] = std::string{page_files::script};
  page["style_digest"] = audit::sha256_base64(page_files::style);
  page["script_digest"] = audit::sha256_base64(page_files::script);
  page["words"] = partial_of(page_files::words);
  page["who"] = partial_of(page_files::who);
  page["refusal"] = partial_of(page_files::refusal);
  page["symbols"] = partial_of(page_files::symbols);
  mustache::mustache form{std::string{page_files::page}};
  form.render(mustache::data{page}, [&out](const std::string& part) { out << part; });
}

} // namespace lapse::html
