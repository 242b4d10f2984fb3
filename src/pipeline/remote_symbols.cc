#include "pipeline/remote_symbols.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <unordered_map>

#include "capture/profile_url.h"
#include "parse/symbolz/symbolz.h"
#include "pipeline/ask_url.h"

namespace seep::pipeline {
namespace {

using profile::FunctionId;
using profile::MappingId;
using profile::Profile;

struct Helper {
  std::string url;
  int64_t offset = 0;  // what is to be added to an address of the profile so that the process knows it
};

// The first that gives out names; those called by the file come before those called by the build id.
std::optional<Helper> HelperOf(const Profile& p, const profile::Mapping& mapping,
                               std::span<const MappingSource> sources) {
  for (const StringId name : {mapping.file, mapping.build_id}) {
    if (!name) continue;
    for (const MappingSource& source : sources) {
      if (source.key != p.text(name)) continue;
      std::string url = capture::SymbolUrl(source.url);
      if (!url.empty()) return Helper{std::move(url), static_cast<int64_t>(source.start - mapping.start)};
    }
  }
  return std::nullopt;
}

// Nothing where it would leave the address space.
std::optional<uint64_t> Moved(uint64_t address, int64_t offset) {
  const uint64_t moved = address + static_cast<uint64_t>(offset);
  if (offset < 0 ? moved >= address : moved < address) return std::nullopt;
  return moved;
}

// "0x10+0x20", in the order of the profile.
Result<std::string> QueryOf(const Profile& p, MappingId id, int64_t offset) {
  std::string query;
  for (size_t i = 1; i < p.locations.size(); ++i) {
    const profile::Location& location = p.locations[i];
    if (location.mapping != id || location.address == 0 || location.line_count != 0) continue;
    const auto address = Moved(location.address, offset);
    if (!address)
      return Fail(ErrorCode::kBadInput,
                  fmt::format("cannot adjust address {} by {}, it would overflow (mapping {})",
                              location.address, offset, p.text(p.mappings[id.value].file)));
    query += fmt::format("{}{:#x}", query.empty() ? "" : "+", *address);
  }
  return query;
}

FunctionId Add(Profile& p, std::string_view name) {
  profile::Function function;
  function.name = function.system_name = p.strings.Intern(name);
  // pprof numbers it behind as many as there are, whatever numbers those have.
  if (!p.function_ids.empty()) p.function_ids.push_back(p.functions.size());
  p.functions.push_back(function);
  return {static_cast<uint32_t>(p.functions.size() - 1)};
}

Status SymbolizeMapping(Profile& p, MappingId id, const Helper& helper, const capture::HttpOptions& http) {
  SEEP_TRY(std::string query, QueryOf(p, id, helper.offset));
  if (query.empty()) return {};
  const auto reply = AskUrl(helper.url, std::move(query), http);
  if (!reply)
    return Fail(reply.error().code, fmt::format("http post {}: {}", helper.url, reply.error().what));
  SEEP_TRY(const auto symbols, parse::ReadSymbolz(reply->view()));
  std::unordered_map<std::string_view, FunctionId> functions;
  std::unordered_map<uint64_t, FunctionId> names;  // by the profile's address; the last word counts
  const auto back = static_cast<int64_t>(0 - static_cast<uint64_t>(helper.offset));
  for (const parse::RemoteSymbol& symbol : symbols) {
    const auto address = Moved(symbol.address, back);
    if (!address)
      return Fail(
          ErrorCode::kBadInput,
          fmt::format("cannot adjust symbolz address {} by {}, it would overflow", symbol.address, back));
    const auto [known, is_new] = functions.try_emplace(symbol.name);
    if (is_new) known->second = Add(p, symbol.name);
    names[*address] = known->second;
  }
  for (size_t i = 1; i < p.locations.size(); ++i) {
    profile::Location& location = p.locations[i];
    const auto name = location.mapping == id ? names.find(location.address) : names.end();
    if (name == names.end()) continue;
    location.first_line = static_cast<uint32_t>(p.lines.size());
    location.line_count = 1;
    p.lines.push_back({name->second, 0, 0});
  }
  return {};
}

}  // namespace

Status SymbolizeRemotely(Profile& p, bool force, const RemoteNames& names) {
  for (uint32_t i = 1; i < p.mappings.size(); ++i) {
    if (!force && p.mappings[i].has_functions) continue;
    const auto helper = HelperOf(p, p.mappings[i], names.sources);
    if (!helper) continue;
    SEEP_TRY_VOID(SymbolizeMapping(p, {i}, *helper, names.http));
    p.mappings[i].has_functions = true;
  }
  return {};
}

}  // namespace seep::pipeline
