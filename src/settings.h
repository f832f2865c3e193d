#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "settings_file.h"
#include "vonage/proof.h"

namespace inbound_sms {

// The settings of the handler and of the tool, as the README's table names them. Sizes in bytes.
struct Settings {
  std::string log = "/var/log/inbound-sms/%Y-%m-%d.jsonl";
  std::string rejected;  // never empty once read: `rejected/%Y-%m-%d.jsonl` in the log's folder
  std::uint64_t rejected_max = 64u << 20;
  std::string listen;  // empty: unset
  mode_t listen_mode = 0660;
  std::string store = "journal";
  std::chrono::seconds remember = std::chrono::hours(96);
  std::uint64_t max_body = 256u << 10;
  std::optional<vonage::SignatureMethod> signature_method;
  std::string signature_secrets;  // path of a file; empty: unset
  bool sandbox = true;
};

// How requests have to prove themselves by these settings; nothing where they need not.
std::optional<vonage::ProofRules> proof_rules(const Settings& settings);

// How long the key of a message is remembered: beyond the time in which its proof is taken, so that
// no replay finds a moment between the two (a proof may be dated ahead by vonage::kMostAhead).
// Where there are proofs, so much longer as Vonage may repeat the message, each time with a new
// proof: whoever has seen the last repeat can show it again when the first is long too old.
std::chrono::seconds time_to_remember(const Settings& settings);

// Takes the settings from an environment (each entry "NAME=value", other programs' names among
// them are passed over) and, for what that lacks, from a settings file. A pure function.
//
// The Error is one line that names the setting, its value, where that stands and what is allowed;
// its number is the exit code: EX_CONFIG (78).
Result<Settings> parse_settings(const std::vector<std::string>& environment,
                                const std::optional<SettingsFile>& file);

// The same for the process environment and the file that find_settings_file() finds.
Result<Settings> read_settings();

}  // namespace inbound_sms
