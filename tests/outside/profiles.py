"""Reads pprof's protobuf (google/pprof proto/profile.proto), as much as comparing needs."""
import gzip
from collections import defaultdict


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _fields(data):
    """{number: [values]}; numbers as int, everything with a length as bytes."""
    found, at = defaultdict(list), 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 == 0:
            value, at = _varint(data, at)
        elif key & 7 == 2:
            size, at = _varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {key & 7}")
        found[key >> 3].append(value)
    return found


def _numbers(values):
    """A repeated number, packed or not."""
    for value in values:
        if isinstance(value, int):
            yield value
            continue
        at = 0
        while at < len(value):
            number, at = _varint(value, at)
            yield number


def _first(fields, number):
    return fields[number][0] if fields.get(number) else 0


class Profile:
    """types: ["inuse_space", ...]; samples: [(frames, values, labels)], frames (function, file, line) innermost first."""

    def __init__(self, data):
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        whole = _fields(data)
        texts = [text.decode() for text in whole[6]]
        self.types = [texts[_first(_fields(kind), 1)] for kind in whole[1]]
        functions = {}
        for part in map(_fields, whole[5]):
            functions[_first(part, 1)] = (texts[_first(part, 2)], texts[_first(part, 4)])
        locations = {}
        for part in map(_fields, whole[4]):
            locations[_first(part, 1)] = [(*functions[_first(line, 1)], _first(line, 2)) for line in map(_fields, part[4])]
        self.samples = []
        for part in map(_fields, whole[2]):
            frames = tuple(frame for location in _numbers(part[1]) for frame in locations[location])
            values = tuple(v - (1 << 64) if v >> 63 else v for v in _numbers(part[2]))
            labels = {}
            for label in map(_fields, part[3]):
                labels[texts[_first(label, 1)]] = texts[_first(label, 2)] if label.get(2) else _first(label, 3)
            self.samples.append((frames, values, labels))
        self.period = _first(whole, 12)


def read(path):
    with open(path, "rb") as file:
        return Profile(file.read())
