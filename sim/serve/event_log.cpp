#include "sim/serve/event_log.hpp"

#include "reports/json/event_json.hpp"

#include <utility>

namespace lapse::serve {

std::string event_line(const event& e, const lives::ledger& lives) {
  const auto shown = json_report::event_json(e, lives);
  if (shown.is_null())
    return {};
  return shown.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

void event_log::on_event(const event& e, const lives::ledger& lives) {
  if (keeping_) {
    if (kept_.events.size() >= events_max) {
      ++kept_.left_out;
    } else if (auto shown = json_report::event_json(e, lives); !shown.is_null()) {
      kept_.events.push_back(std::move(shown));
      lines_->on_event(e, lives);
    }
  }
  if (followers_.empty())
    return;
  const auto line = event_line(e, lives);
  if (!line.empty())
    for (const auto& one : followers_)
      one->part(line);
}

void event_log::begin() {
  keeping_ = true;
  kept_ = {};
  text_.str({});
  lines_ = std::make_unique<text_report::event_lines>(text_, options_);
}

event_log::excerpt event_log::take(const lives::ledger& lives) {
  keeping_ = false;
  lines_->finish(lives);
  std::istringstream all{text_.str()};
  for (std::string line; std::getline(all, line);)
    kept_.lines.push_back(line);
  return std::exchange(kept_, {});
}

void event_log::follow(http_exchange_ptr to) { followers_.push_back(std::move(to)); }

void event_log::gone(const http_exchange_ptr& to) { followers_.remove(to); }

void event_log::close() {
  for (const auto& one : followers_)
    one->part({});
  followers_.clear();
}

} // namespace lapse::serve
