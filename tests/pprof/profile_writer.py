"""Writes pprof profiles byte for byte as a test wants them: profile.proto of google/pprof, every field, nothing checked.

    message Profile  1 sample_type  2 sample  3 mapping  4 location  5 function  6 string_table  7 drop_frames  8 keep_frames
                     9 time_nanos  10 duration_nanos  11 period_type  12 period  13 comment  14 default_sample_type  15 doc_url
    ValueType  1 type  2 unit              Sample    1 location_id*  2 value*  3 label
    Label      1 key  2 str  3 num  4 num_unit        Mapping  1 id  2 start  3 limit  4 offset  5 file  6 build_id  7..10 has_*
    Location   1 id  2 mapping_id  3 address  4 line  5 is_folded        Line  1 function_id  2 line  3 column
    Function   1 id  2 name  3 system_name  4 filename  5 start_line
"""

import gzip
import zlib

TIME = 1_700_000_000_123_456_789  # 2023-11-14 22:13:20 UTC


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def block(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def packed(field, values):
    return block(field, b"".join(varint(v) for v in values)) if values else b""


class Profile:
    """A profile under construction. Ids are handed out in order, from 1."""

    def __init__(self, types=(("samples", "count"), ("cpu", "nanoseconds")), period_type=("cpu", "nanoseconds"), period=10_000_000,
                 time=TIME, duration=0):
        self.strings, self.index = [""], {"": 0}
        self.types = [(self.text(t), self.text(u)) for t, u in types]
        self.period_type = period_type and tuple(self.text(s) for s in period_type)
        self.period, self.time, self.duration = period, time, duration
        self.samples, self.mappings, self.locations, self.functions = [], [], [], []
        self.known = {}
        self.comments, self.drop, self.keep, self.default_type, self.doc_url = [], 0, 0, 0, 0

    def text(self, value):
        if value not in self.index:
            self.index[value] = len(self.strings)
            self.strings.append(value)
        return self.index[value]

    def mapping(self, start=0x400000, limit=0x800000, offset=0, file="/usr/bin/server", build_id="", flags=(1, 1, 1, 1)):
        ident = len(self.mappings) + 1
        self.mappings.append(number(1, ident) + number(2, start) + number(3, limit) + number(4, offset)
                             + number(5, self.text(file)) + number(6, self.text(build_id))
                             + b"".join(number(7 + i, f) for i, f in enumerate(flags)))
        return ident

    def function(self, name, file="", system=None, start=0):
        key = (name, file, system, start)
        if key not in self.known:
            self.known[key] = len(self.functions) + 1
            self.functions.append(number(1, self.known[key]) + number(2, self.text(name))
                                  + number(3, self.text(name if system is None else system)) + number(4, self.text(file))
                                  + number(5, start))
        return self.known[key]

    def location(self, lines=(), address=0, mapping=0, folded=0):
        """Lines are (function id, line[, column]), innermost first."""
        key = ("location", tuple(lines), address, mapping, folded)
        if key not in self.known:
            self.known[key] = len(self.locations) + 1
            body = number(1, self.known[key]) + number(2, mapping) + number(3, address)
            for line in lines:
                body += block(4, b"".join(number(i + 1, v) for i, v in enumerate(line)))
            self.locations.append(body + number(5, folded))
        return self.known[key]

    def frame(self, name, line=0, file="", address=None, mapping=0, **more):
        """A location of one line, with an address of its own unless one is given."""
        if address is None:
            address = 0x400000 + 16 * (len(self.locations) + 1) if mapping else 0
            key = ("frame", name, line, file, mapping)
            address = self.known.setdefault(key, address)
        return self.location([(self.function(name, file, **more), line)], address, mapping)

    def sample(self, locations, values, labels=(), numbers=()):
        """Locations leaf first; labels (key, text); numbers (key, number[, unit])."""
        body = packed(1, locations) + packed(2, values)
        for key, value in labels:
            body += block(3, number(1, self.text(key)) + number(2, self.text(value)))
        for key, value, *unit in numbers:
            body += block(3, number(1, self.text(key)) + number(3, value) + number(4, self.text(unit[0] if unit else "")))
        self.samples.append(body)

    def comment(self, *texts):
        self.comments += [self.text(t) for t in texts]

    def plain(self):
        out = b"".join(block(1, number(1, t) + number(2, u)) for t, u in self.types)
        for field, bodies in ((2, self.samples), (3, self.mappings), (4, self.locations), (5, self.functions)):
            out += b"".join(block(field, body) for body in bodies)
        out += b"".join(block(6, s if isinstance(s, bytes) else s.encode()) for s in self.strings)
        out += number(7, self.drop) + number(8, self.keep) + number(9, self.time) + number(10, self.duration)
        if self.period_type:
            out += block(11, number(1, self.period_type[0]) + number(2, self.period_type[1]))
        out += number(12, self.period) + packed(13, self.comments) + number(14, self.default_type) + number(15, self.doc_url)
        return out

    def gzipped(self):
        return gzip.compress(self.plain(), 6, mtime=0)


def inflated(data):
    """What is in gzip data, or the data itself if it is none (or broken)."""
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return data
