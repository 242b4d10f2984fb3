#include "pprof/svg_pan.h"

#include <gtest/gtest.h>

namespace seep::pprof {
namespace {

TEST(SvgPanTest, FillsTheWindowAndWrapsTheGraph) {
  const std::string out = MakePannable(
      "<?xml version=\"1.0\"?>\n<svg width=\"8pt\" height=\"9pt\"\n viewBox=\"0.00 0.00 8.00 9.00\" "
      "xmlns=\"http://www.w3.org/2000/svg\">\n<g id=\"graph0\" class=\"graph\">a&;b</g>\n</svg>\n");
  EXPECT_TRUE(out.starts_with("<?xml version=\"1.0\"?>\n<svg width=\"100%\" height=\"100%\" xmlns="));
  EXPECT_NE(out.find("<g id=\"viewport\" transform=\"scale(0.5,0.5) translate(0,0)\"><g id=\"graph0\""),
            out.npos);
  EXPECT_NE(out.find("a&amp;;b</g>\n</g></svg>"), out.npos);
  EXPECT_EQ(out.find("]]>"), out.rfind("]]>"));
}

TEST(SvgPanTest, WhatDotDidNotDrawStaysAsItIs) {
  EXPECT_EQ(MakePannable("no picture"), "no picture");
  EXPECT_EQ(MakePannable("<g id=\"graph"), "<g id=\"graph");
}

}  // namespace
}  // namespace seep::pprof
