#include "runtime/nearby_reads.h"

#include <gtest/gtest.h>

#include "runtime/image_for_test.h"

namespace seep::runtime {
namespace {

uint64_t Number(std::string_view bytes) {
  uint64_t value = 0;
  if (bytes.size() == 8) std::memcpy(&value, bytes.data(), 8);
  return value;
}

TEST(NearbyReads, NeighboursComeInOneRead) {
  ImageForTest image;
  image.Map(0x1000, 0x4000);
  NearbyReads reads(image);
  for (uint64_t i = 0; i < 8; ++i) {
    image.Put(0x1000 + 512 * i, 100 + i);
    reads.Add(0x1000 + 512 * (7 - i), 8);  // in any order
  }
  reads.Fetch();
  EXPECT_EQ(image.calls, 1U);
  for (uint64_t i = 0; i < 8; ++i) EXPECT_EQ(Number(reads[i]), 107 - i);
}

TEST(NearbyReads, WhatLiesFarApartIsNotReadInBetween) {
  ImageForTest image;
  image.Map(0x100000, 0x200000);
  NearbyReads reads(image);
  reads.Add(0x100000, 8);
  reads.Add(0x2ffff8, 8);
  reads.Fetch();
  EXPECT_EQ(image.total, 16U);
}

TEST(NearbyReads, OneThatIsNotThereDoesNotTakeTheOthersWithIt) {
  ImageForTest image;
  image.Map(0x1000, 0x1000);  // and nothing behind it
  image.Put<uint64_t>(0x1ff8, 42);
  NearbyReads reads(image);
  const size_t there = reads.Add(0x1ff8, 8), gone = reads.Add(0x2000, 8), nothing = reads.Add(0x1000, 0),
               wraps = reads.Add(UINT64_MAX - 3, 8);
  reads.Fetch();
  EXPECT_EQ(Number(reads[there]), 42U);
  EXPECT_TRUE(reads[gone].empty());
  EXPECT_TRUE(reads[nothing].empty());
  EXPECT_TRUE(reads[wraps].empty());
}

TEST(NearbyReads, BeginsAnew) {
  ImageForTest image;
  image.Map(0x1000, 0x1000);
  image.Put<uint64_t>(0x1100, 7);
  NearbyReads reads(image);
  reads.Add(0x1000, 64);
  reads.Fetch();
  reads.Clear();
  EXPECT_EQ(reads.Add(0x1100, 8), 0U);
  reads.Fetch();
  EXPECT_EQ(Number(reads[0]), 7U);
}

}  // namespace
}  // namespace seep::runtime
