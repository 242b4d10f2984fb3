#include "parse/pprof/full.h"

#include <gtest/gtest.h>

#include <protozero/pbf_writer.hpp>

#include "parse/fixtures.h"
#include "parse/pprof/any.h"
#include "profile/profile_text_for_test.h"

namespace seep::parse::pprof {
namespace {

using protozero::pbf_writer;

// A profile of one sample type, written field by field so that tests can get it wrong.
struct Maker {
  std::string bytes;
  pbf_writer out{bytes};
  std::vector<std::string> strings{"", "space", "bytes", "main.f", "main.go", "zone", "a", "kB"};

  Maker() {
    pbf_writer type(out, 1);
    type.add_int64(1, 1);
    type.add_int64(2, 2);
  }
  Maker& Sample(std::vector<uint64_t> locations, std::vector<int64_t> values,
                std::vector<std::vector<int64_t>> labels = {}) {
    pbf_writer m(out, 2);
    m.add_packed_uint64(1, locations.begin(), locations.end());
    m.add_packed_int64(2, values.begin(), values.end());
    for (const std::vector<int64_t>& fields : labels) {
      pbf_writer label(m, 3);
      for (size_t i = 0; i < fields.size(); ++i) label.add_int64(static_cast<uint32_t>(i + 1), fields[i]);
    }
    return *this;
  }
  Maker& Location(uint64_t id, uint64_t mapping, uint64_t address, std::vector<uint64_t> functions = {}) {
    pbf_writer m(out, 4);
    m.add_uint64(1, id);
    m.add_uint64(2, mapping);
    m.add_uint64(3, address);
    for (uint64_t function : functions) {
      pbf_writer line(m, 4);
      line.add_uint64(1, function);
      line.add_int64(2, 10);
    }
    return *this;
  }
  Maker& Mapping(uint64_t id) {
    pbf_writer m(out, 3);
    m.add_uint64(1, id);
    m.add_uint64(3, 0x1000);
    return *this;
  }
  Maker& Function(uint64_t id, int64_t name = 3) {
    pbf_writer m(out, 5);
    m.add_uint64(1, id);
    m.add_int64(2, name);
    m.add_int64(4, 4);
    return *this;
  }
  std::string Finish() {
    for (const std::string& s : strings) out.add_string(6, s);
    return bytes;
  }
  Result<profile::Profile> Read() { return ReadAnyProfile(Bytes(Finish()), {}); }
  std::string Text() {
    const auto profile = Read();
    if (!profile) return profile.error().what;
    EXPECT_EQ(profile::Inconsistency(*profile), "");
    return profile::ProfileText(*profile);
  }
};

TEST(FullProfile, EverythingIsKept) {
  EXPECT_EQ(Maker()
                .Sample({1, 2}, {7}, {{5, 6}, {2, 0, 64, 7}})
                .Sample({2}, {-1})
                .Mapping(1)
                .Location(1, 1, 0x10, {1})
                .Location(2, 0, 0x20)
                .Function(1)
                .Text(),
            "space/bytes period / 0\n"
            "7: 0x10 0x20 {zone=a} {bytes=64kB}\n"
            "-1: 0x20\n"
            "0x10 M1 main.f main.go:10\n"
            "0x20 M0\n"
            "M1 0x0-0x1000+0x0  \n");
}

TEST(FullProfile, IdsNeedNotBeDense) {
  Maker maker;
  maker.Sample({900, uint64_t{1} << 63}, {7});
  maker.Location(uint64_t{1} << 63, 77, 0x10, {5}).Location(900, 77, 0x20).Mapping(77).Function(5);
  const auto profile = maker.Read();
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile::ProfileText(*profile),
            "space/bytes period / 0\n7: 0x20 0x10\n0x10 M1 main.f main.go:10\n0x20 M1\n"
            "M1 0x0-0x1000+0x0  \n");
  EXPECT_EQ(profile->NumberOf(profile::LocationId{1}), uint64_t{1} << 63);
  EXPECT_EQ(profile->NumberOf(profile::MappingId{1}), 77u);
  EXPECT_EQ(profile->NumberOf(profile::FunctionId{1}), 5u);
}

TEST(FullProfile, LabelsAreSortedTextsFirst) {
  EXPECT_EQ(Maker().Sample({}, {1}, {{5, 0, 3}, {2, 6}, {1, 0, 9}, {1, 5}, {5}, {2, 5}}).Text(),
            "space/bytes period / 0\n1: {bytes=a} {bytes=zone} {space=zone} {space=9} {zone=3}\n");
}

TEST(FullProfile, ContradictionsAreWordedAsPprofWordsThem) {
  const std::string bad = "malformed profile: ";
  EXPECT_EQ(Maker().Sample({1}, {1}).Text(), bad + "sample has nil location");
  EXPECT_EQ(Maker().Sample({0}, {1}).Text(), bad + "sample has nil location");
  EXPECT_EQ(Maker().Sample({}, {1, 2}).Text(), bad + "mismatch: sample has 2 values vs. 1 types");
  EXPECT_EQ(Maker().Mapping(3).Mapping(3).Text(), bad + "multiple mappings with same id: 3");
  EXPECT_EQ(Maker().Mapping(0).Text(), bad + "found mapping with reserved ID=0");
  EXPECT_EQ(Maker().Function(3).Function(3).Text(), bad + "multiple functions with same id: 3");
  EXPECT_EQ(Maker().Location(3, 0, 0).Location(3, 0, 0).Text(), bad + "multiple locations with same id: 3");
  EXPECT_EQ(Maker().Location(3, 0, 0, {9}).Text(), bad + "location id: 3 has a line with nil function");
  Maker untyped;
  untyped.bytes.clear();
  EXPECT_EQ(untyped.Sample({}, {1}).Text(), bad + "missing sample type information");
}

TEST(FullProfile, TheFirstContradictionIsTheOnePprofFinds) {
  const std::string bad = "malformed profile: ";
  EXPECT_EQ(Maker().Location(0, 0, 0).Function(0).Mapping(0).Sample({5}, {1}).Text(),
            bad + "sample has nil location");
  // A location with the id 0 is there, until locations are looked at.
  EXPECT_EQ(Maker().Location(0, 0, 0).Sample({0}, {1}).Text(), bad + "found location with reserved id=0");
  EXPECT_EQ(Maker().Location(0, 0, 0).Function(0).Sample({0}, {1}).Text(),
            bad + "found function with reserved ID=0");
}

TEST(FullProfile, WhatIsNoProfileIsOfferedToTheLegacyReaders) {
  const std::string unknown = "parsing profile: unrecognized profile format";
  EXPECT_EQ(Maker().Function(1, 99).Text(), unknown);             // a string that is not there
  EXPECT_EQ(Maker().Sample({}, {1}, {{99, 1}}).Text(), unknown);  // nor this
  Maker first_string;
  first_string.strings[0] = "x";
  EXPECT_EQ(first_string.Text(), unknown);
  EXPECT_TRUE(ReadAnyProfile(Bytes(std::string("goroutine profile: total 1\n1 @ 0x10\n")), {}));
  EXPECT_EQ(ReadAnyProfile(Bytes(), {}).error().what, "parsing profile: empty input file");
  Maker twice;
  twice.out.add_int64(9, 5);
  twice.out.add_int64(9, 5);
  EXPECT_EQ(twice.Text(), "parsing profile: concatenated profiles detected");
}

TEST(FullProfile, GzipThatEndsTooEarlyIsNoProfile) {
  const std::string whole = ReadFixture("pprof/go1.26/heap.pb.gz");
  const auto profile = ReadAnyProfile(Bytes(whole), {});
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile::Inconsistency(*profile), "");
  EXPECT_EQ(ReadAnyProfile(Bytes(whole.substr(0, whole.size() - 20)), {}).error().what,
            "decompressing profile: unexpected EOF");
  EXPECT_EQ(ReadAnyProfile(Bytes(whole + "no member of gzip"), {}).error().what,
            "decompressing profile: gzip: invalid header");
}

}  // namespace
}  // namespace seep::parse::pprof
