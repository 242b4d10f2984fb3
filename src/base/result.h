// How every fallible function of seep answers: a value, or an Error a person can act on.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace seep {

enum class ErrorCode {
  kBadInput,     // bytes that are not what they claim to be
  kNotFound,     // no such file, process, endpoint
  kPermission,   // it is there, and we may not
  kTooLarge,     // a limit (always a flag) was reached
  kTimeout,      // the other side did not answer in time
  kUnavailable,  // refused, reset, gone half-way
  kUnsupported,  // understood, and deliberately not done
  kUsage,        // wrong command line
  kNoEvidence,   // whole and readable, but no kind of evidence seep knows
};

// `what`: what failed, what was expected, what was found. `where`: the file, URL or flag it is about.
// `hint`: what to do; empty when there is nothing to do.
struct Error {
  ErrorCode code = ErrorCode::kBadInput;
  std::string what;
  std::string where;
  std::string hint;

  // "where: what (hint)", on one line.
  std::string Text() const;
};

// std::expected, under our name so that a later standard library can replace it by an alias.
template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

inline std::unexpected<Error> Fail(ErrorCode code, std::string what, std::string where = {},
                                   std::string hint = {}) {
  return std::unexpected<Error>(Error{code, std::move(what), std::move(where), std::move(hint)});
}
inline std::unexpected<Error> Fail(Error error) {
  return std::unexpected<Error>(std::move(error));
}

// Ends the process with a message: for broken invariants of seep itself, never for input.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace seep

#define SEEP_CONCAT_INNER(a, b) a##b
#define SEEP_CONCAT(a, b) SEEP_CONCAT_INNER(a, b)

// SEEP_TRY(auto x, F());   x is F's value, or the function returns F's error.
#define SEEP_TRY(declaration, expression)                                        \
  auto SEEP_CONCAT(seep_try_, __LINE__) = (expression);                          \
  if (!SEEP_CONCAT(seep_try_, __LINE__).has_value())                             \
    return std::unexpected(std::move(SEEP_CONCAT(seep_try_, __LINE__)).error()); \
  declaration = std::move(*SEEP_CONCAT(seep_try_, __LINE__))

// SEEP_TRY_VOID(F());   for a Status.
#define SEEP_TRY_VOID(expression)                                                                 \
  do {                                                                                            \
    auto seep_try_status = (expression);                                                          \
    if (!seep_try_status.has_value()) return std::unexpected(std::move(seep_try_status).error()); \
  } while (false)

#define SEEP_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::seep::CheckFailed(#condition, __FILE__, __LINE__))
