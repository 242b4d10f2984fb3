#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "model/finding.h"
#include "model/net.h"
#include "model/profile.h"

namespace seep::model {
namespace {

TEST(Net, NamesAndEndpoints) {
  EXPECT_EQ(TcpStateName(TcpState::kEstablished), "ESTABLISHED");
  EXPECT_EQ(TcpStateName(TcpState::kCloseWait), "CLOSE_WAIT");
  EXPECT_EQ(TcpStateName(TcpState::kNewSynRecv), "NEW_SYN_RECV");
  EXPECT_EQ(TcpStateName(static_cast<TcpState>(200)), "UNKNOWN");
  EXPECT_EQ(FormatEndpoint({"10.0.0.5", 22}), "10.0.0.5:22");
  EXPECT_EQ(FormatEndpoint({"::1", 22}), "[::1]:22");
}

TEST(Profile, ColumnsAndValues) {
  StringTable strings;
  Profile profile;
  profile.types = {{strings.Intern("alloc_space"), strings.Intern("bytes")},
                   {strings.Intern("inuse_space"), strings.Intern("bytes")}};
  profile.samples.resize(2);
  profile.values = {1, 2, 3, 4};
  EXPECT_EQ(profile.Column(strings.Intern("inuse_space")), 1u);
  EXPECT_FALSE(profile.Column(strings.Intern("cpu")));
  EXPECT_EQ(profile.ValuesOf(1)[0], 3);
}

template <class Enum>
void ExpectDistinctNames(int last) {
  std::set<std::string_view> names;
  for (int i = 0; i <= last; ++i) names.insert(Name(static_cast<Enum>(i)));
  EXPECT_EQ(names.size(), static_cast<size_t>(last) + 1);
}

TEST(Finding, NamesAreDistinct) {
  ExpectDistinctNames<Verdict>(static_cast<int>(Verdict::kFault));
  ExpectDistinctNames<Confidence>(static_cast<int>(Confidence::kPossible));
  ExpectDistinctNames<Severity>(static_cast<int>(Severity::kLow));
  ExpectDistinctNames<Shape>(static_cast<int>(Shape::kUnknown));
  ExpectDistinctNames<Role>(static_cast<int>(Role::kCandidate));
}

}  // namespace
}  // namespace seep::model
