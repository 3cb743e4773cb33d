#pragma once

#include "actors/lives/live_counts.hpp"
#include "reports/html/facts.hpp"
#include "reports/html/html_options.hpp"
#include "reports/html/renewal_marks.hpp"

#include <ostream>
#include <string>
#include <unordered_map>

namespace lapse::html {

/// The report to attach to an incident: one self-contained page that loads nothing, works without
/// JavaScript, and is written when the run is over.
///
/// From top to bottom: the verdict; what failed, with its evidence; what died, when, and why, the
/// first causes before the table of all; lifelines on a time axis, nested as the tree; how many
/// lived when; the tree at any instant; after a failure, the scenario and the command that runs it
/// again. Of more lives than can be drawn, those that are alike share a line.
///
/// Nothing of a scenario can become markup: page.mustache has no unescaped value but our own style
/// and script, and the page's policy lets the browser use only those two, named by their digests.
///
/// `out` is not owned; whoever gave it looks whether all was written.
class html_report final : public lives::event_reader {
public:
  explicit html_report(std::ostream& out, html_options options = {});
  html_report(const html_report&) = delete;
  html_report& operator=(const html_report&) = delete;

  void before_event(const event& e, const lives::ledger& lives) override;
  void on_event(const event& e, const lives::ledger& lives) override;

private:
  void note(const event& e);
  void note_refusal(std::vector<finding>& list, char kind, instant at, const told_refusal& what);
  void note(std::vector<finding>& list, const std::string& like, finding found);
  void write_page(const lives::ledger& lives) const;

  std::ostream& out_;
  html_options options_;
  renewal_marks renewals_;
  run_findings findings_;
  lives::live_counts levels_;
  /// Of findings that are alike, how many are listed and where the last of them stands. Only looked
  /// up, never iterated.
  struct alike {
    std::size_t listed = 0;
    std::size_t last = 0;
  };
  std::unordered_map<std::string, alike> alike_;
};

} // namespace lapse::html
