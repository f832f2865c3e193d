#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <vector>

#include "doors/door.h"
#include "support/http_client.h"
#include "tools/inbound_request.h"

namespace inbound_sms::testing {

// One case's use of a door.
class Visit {
 public:
  explicit Visit(const Door& door);

  HttpAnswer get(const std::string& query) const;
  HttpAnswer post_form(const std::string& body) const;
  HttpAnswer post_json(const std::string& body) const;
  // To the door's url when the request has none.
  HttpAnswer send(HttpRequest request) const;
  // As a simulated Vonage makes it, whose account signs so.
  HttpAnswer send(const tools::Event& event, tools::Form form,
                  const std::optional<tools::Signing>& signing) const;

  // What came onto the log, and onto the rejected one, since the visit began.
  std::vector<rapidjson::Document> logged() const;
  std::vector<rapidjson::Document> rejected() const;

 private:
  const Door& door_;
  std::size_t logged_before_;
  std::size_t rejected_before_;
};

}  // namespace inbound_sms::testing
