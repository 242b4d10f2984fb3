#include "goscan/rules/specs.h"

#include <algorithm>

namespace seep::goscan {

Specs::Specs(const std::vector<model::ScanResource>& resources, const model::ScanFunctions& functions,
             StringTable& strings) {
  for (const model::ScanResource& resource : resources) {
    for (const std::string& callee : resource.acquire) {
      const uint32_t id = strings.Intern(callee).value;
      if (id >= acquires_.size()) acquires_.resize(id + 1);
      acquires_[id].push_back(&resource);
      names_.insert(std::string_view(callee).substr(callee.rfind('.') + 1));
    }
    for (const std::string& type : resource.types) types_.emplace(type, &resource);
    for (const std::string& callee : resource.release_by)
      release_by_[&resource].insert(strings.Intern(callee).value);
  }
  for (const std::string& callee : functions.keeps) keeps_.insert(strings.Intern(callee).value);
  for (const std::string& callee : functions.ends) ends_.insert(strings.Intern(callee).value);
  for (const std::string& callee : functions.borrows) {
    if (callee.ends_with('.') || callee.ends_with('/')) {
      borrowed_packages_.push_back(callee);
    } else {
      borrows_.insert(strings.Intern(callee).value);
    }
  }
}

const model::ScanResource* Specs::OfType(std::string_view qualified) const {
  const auto found = types_.find(qualified);
  return found == types_.end() ? nullptr : found->second;
}

bool Specs::Releases(const model::ScanResource& resource, StringId callee) const {
  const auto found = release_by_.find(&resource);
  return found != release_by_.end() && found->second.contains(callee.value);
}

bool Specs::Borrows(std::string_view callee) const {
  return std::ranges::any_of(borrowed_packages_, [&](std::string_view p) { return callee.starts_with(p); });
}

bool IsStandard(std::string_view path) {
  const std::string_view first = path.substr(0, path.find('/'));
  return !first.empty() && first.find('.') == std::string_view::npos;
}

std::string_view PackageOfKey(std::string_view key) {
  const size_t slash = key.rfind('/');
  const size_t dot = key.find('.', slash == std::string_view::npos ? 0 : slash);
  return key.substr(0, dot);
}

}  // namespace seep::goscan
