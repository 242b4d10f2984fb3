#include "profile/function_names.h"

#include <gtest/gtest.h>

namespace seep::profile {
namespace {

std::string Short(std::string_view symbol) {
  return DemangledName(symbol, Demangling::kDefault);
}

TEST(FunctionNames, ShortCppNamesHaveNeitherParametersNorTemplatesNorReturnType) {
  EXPECT_EQ(Short("_Z3fooIiEiT_"), "foo");
  EXPECT_EQ(Short("_ZN12_GLOBAL__N_13fooEv"), "(anonymous namespace)::foo");
  EXPECT_EQ(Short("_ZNSt3mapIiiE4findERKi"), "std::map::find");
  EXPECT_EQ(Short("_ZN1AcvjEv"), "A::operator unsigned int");
  EXPECT_EQ(Short("_ZN1AltIiEEbT_"), "A::operator<");
  EXPECT_EQ(Short("_ZNK1AclEi"), "A::operator()");
  EXPECT_EQ(Short("_Znwm"), "operator new");
  EXPECT_EQ(Short("_Z3foov.constprop.0"), "foo");
}

TEST(FunctionNames, EnclosingFunctionsKeepAnEmptyPair) {
  EXPECT_EQ(Short("_ZZN1A1fEiENKUliE_clEi"), "A::f()::{lambda(int)#1}::operator()");
  EXPECT_EQ(Short("_ZGVZ1fvE1x"), "guard variable for f()::x");
}

TEST(FunctionNames, TemplatesAndEverything) {
  EXPECT_EQ(DemangledName("_Z3fooIiEiT_", Demangling::kTemplates), "foo<int>");
  EXPECT_EQ(DemangledName("_Z3fooIiEiT_", Demangling::kFull), "int foo<int>(int)");
  EXPECT_EQ(DemangledName("_Z3fooIiEiT_", Demangling::kNone), "_Z3fooIiEiT_");
}

TEST(FunctionNames, OldRust) {
  EXPECT_EQ(Short("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE"), "core::fmt::Formatter::pad");
}

TEST(FunctionNames, WhatIsDemangledAlreadyIsShortenedTooButNotGoNorJava) {
  EXPECT_EQ(Short("std::vector<int>::push_back(int&&)"), "std::vector::push_back");
  EXPECT_EQ(Short("main.(*Server).handle"), "main.(*Server).handle");
  EXPECT_EQ(Short("main.(*Map[...]).Get"), "main.(*Map[...]).Get");
  EXPECT_EQ(Short("com.acme.Order.<init>"), "com.acme.Order.<init>");
  EXPECT_EQ(Short("a::b(c"), "a::b(c");  // not closed
  EXPECT_EQ(Short("a::b)c(d)"), "a::b)c(d)");
}

TEST(FunctionNames, NamesThatMeanGigabytesStayAsTheyAre) {
  std::string bomb = "_Z1f";
  for (int i = 0; i < 60; ++i)
    bomb += "PFS" +
            std::string(i == 0 ? "" : std::string(1, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(i - 1) % 36])) +
            "_S_E";
  EXPECT_LE(Short(bomb).size(), size_t{64} * 1024);
  std::string pairs = "_Z1f1A";
  for (int i = 0; i < 30; ++i) {
    const std::string last =
        i == 0 ? "S_" : std::string("S") + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i - 1] + "_";
    pairs += "M" + last + last;  // a member pointer doubles what it points to
  }
  EXPECT_LE(Short(pairs).size(), size_t{64} * 1024);
}

}  // namespace
}  // namespace seep::profile
