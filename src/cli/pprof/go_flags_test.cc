#include "cli/pprof/go_flags.h"

#include <gtest/gtest.h>

namespace seep::cli {
namespace {

struct Values {
  bool top = false;
  int64_t count = -1;
  double fraction = 0.5;
  std::string focus;
  bool help = false;
  std::vector<std::string> rest;
  std::string error;
};

Values Parsed(const std::vector<const char*>& args) {
  Values out;
  GoFlags flags;
  flags.AddBool("top", out.top);
  flags.AddInt("nodecount", out.count);
  flags.AddFloat("nodefraction", out.fraction);
  flags.AddText("focus", out.focus);
  auto rest = flags.Parse(args, out.help);
  if (rest)
    out.rest = *rest;
  else
    out.error = rest.error().what;
  return out;
}

TEST(GoFlagsTest, FormsOfFlags) {
  EXPECT_TRUE(Parsed({"-top", "x"}).top);
  EXPECT_TRUE(Parsed({"--top"}).top);
  EXPECT_FALSE(Parsed({"-top", "-top=false"}).top);
  EXPECT_TRUE(Parsed({"-top=T"}).top);
  EXPECT_EQ(Parsed({"-focus", "-a"}).focus, "-a");
  EXPECT_EQ(Parsed({"-focus=a=b"}).focus, "a=b");
  EXPECT_EQ(Parsed({"-focus="}).focus, "");
  EXPECT_EQ(Parsed({"-focus=a", "-focus", "b"}).focus, "b");
}

TEST(GoFlagsTest, FlagsEndAtTheFirstOther) {
  using Rest = std::vector<std::string>;
  EXPECT_EQ(Parsed({"-top", "heap", "-focus", "x"}).rest, (Rest{"heap", "-focus", "x"}));
  EXPECT_EQ(Parsed({"-top", "--", "-x"}).rest, Rest{"-x"});
  EXPECT_EQ(Parsed({"-", "-top"}).rest, (Rest{"-", "-top"}));
  EXPECT_EQ(Parsed({"-top", "false"}).rest, Rest{"false"});
}

TEST(GoFlagsTest, NumbersAsGoReadsThem) {
  EXPECT_EQ(Parsed({"-nodecount=0x1F"}).count, 31);
  EXPECT_EQ(Parsed({"-nodecount=017"}).count, 15);
  EXPECT_EQ(Parsed({"-nodecount=0"}).count, 0);
  EXPECT_EQ(Parsed({"-nodecount=-0b11"}).count, -3);
  EXPECT_EQ(Parsed({"-nodecount=1_000"}).count, 1000);
  EXPECT_EQ(Parsed({"-nodecount=-9223372036854775808"}).count, INT64_MIN);
  EXPECT_EQ(Parsed({"-nodefraction=1e-3"}).fraction, 1e-3);
  EXPECT_EQ(Parsed({"-nodefraction=+.5"}).fraction, .5);
}

TEST(GoFlagsTest, ErrorsAsGoWordsThem) {
  EXPECT_EQ(Parsed({"-bogus=1"}).error, "flag provided but not defined: -bogus");
  EXPECT_EQ(Parsed({"---top"}).error, "bad flag syntax: ---top");
  EXPECT_EQ(Parsed({"-=3"}).error, "bad flag syntax: -=3");
  EXPECT_EQ(Parsed({"-nodecount"}).error, "flag needs an argument: -nodecount");
  EXPECT_EQ(Parsed({"-top=maybe"}).error, "invalid boolean value \"maybe\" for -top: parse error");
  EXPECT_EQ(Parsed({"-nodecount=x"}).error, "invalid value \"x\" for flag -nodecount: parse error");
  EXPECT_EQ(Parsed({"-nodecount=9223372036854775808"}).error,
            "invalid value \"9223372036854775808\" for flag -nodecount: value out of range");
  EXPECT_EQ(Parsed({"-nodecount=08"}).error, "invalid value \"08\" for flag -nodecount: parse error");
  EXPECT_EQ(Parsed({"-nodefraction=1e999"}).error,
            "invalid value \"1e999\" for flag -nodefraction: value out of range");
}

TEST(GoFlagsTest, HelpStops) {
  EXPECT_TRUE(Parsed({"-top", "-h", "-bogus"}).help);
  EXPECT_TRUE(Parsed({"--help"}).help);
  EXPECT_FALSE(Parsed({"heap", "-help"}).help);
}

}  // namespace
}  // namespace seep::cli
