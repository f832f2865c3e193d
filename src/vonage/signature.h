#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vonage/parameters.h"

namespace inbound_sms::vonage {

// How requests prove that Vonage sent them, by the words of INBOUND_SMS_SIGNATURE_METHOD: one of
// the methods of the SMS API's parameter `sig` (Vonage, "Signing messages"), or only the Messages
// API's tokens (vonage/token.h), which are signed by one method whatever the account's is.
enum class SignatureMethod { md5hash, md5hmac, sha1hmac, sha256hmac, sha512hmac, token };

std::optional<SignatureMethod> signature_method(std::string_view word);
std::string_view to_word(SignatureMethod method);

// What is signed: `&name=value` for each parameter but `sig`, sorted by the bytes of the names,
// with `_` for each `&` and `=` in a value. Values are taken decoded: of a string what stands on
// the log before its escapes, of a number or boolean its spelling, of null nothing.
//
// Nothing where two different messages would give the same text: a name that holds `&` or `=`, a
// parameter that stands twice, an array, an object. Such a message is never validly signed.
std::optional<std::string> text_to_sign(const Parameters& parameters);

// The signature of a text, in lower-case hex. (Vonage sends those by HMAC in upper case.)
std::string sign(SignatureMethod method, std::string_view text, std::string_view secret);

// True when `signature`, hex of either case, is that of the text. Takes as long wherever it is
// wrong.
bool is_signed(SignatureMethod method, std::string_view text, std::string_view secret,
               std::string_view signature);

}  // namespace inbound_sms::vonage
