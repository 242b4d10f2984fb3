// Where the artifacts of one target at one moment are collected.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "capture/capture.h"

namespace seep::capture {

class Round {
 public:
  Round(std::string target, int number, const Clock& clock, std::vector<model::Artifact>& out)
      : target_(std::move(target)), number_(number), clock_(clock), out_(out) {}

  Time Now() const { return clock_.now(); }

  // `at`: when it was asked for, which is when the evidence speaks of; the answer may come much later.
  void Add(std::string name, std::string source, Time at, Bytes bytes) {
    model::Artifact artifact = Empty(std::move(name), std::move(source), at);
    artifact.bytes = std::move(bytes);
    out_.push_back(std::move(artifact));
  }
  void AddError(std::string name, std::string source, Time at, Error error) {
    model::Artifact artifact = Empty(std::move(name), std::move(source), at);
    artifact.error = std::move(error);
    out_.push_back(std::move(artifact));
  }

 private:
  model::Artifact Empty(std::string name, std::string source, Time at) const {
    model::Artifact artifact;
    artifact.name = std::move(name);
    artifact.source = std::move(source);
    artifact.at = at;
    artifact.target = target_;
    artifact.round = number_;
    return artifact;
  }

  std::string target_;
  int number_;
  const Clock& clock_;
  std::vector<model::Artifact>& out_;
};

}  // namespace seep::capture
