#include "pprof/svg_pan.h"

#include <re2/re2.h>

#include <string_view>

namespace seep::pprof {
namespace {

constexpr std::string_view kScript = R"js(
document.addEventListener('DOMContentLoaded', function () {
  const root = document.documentElement, view = document.getElementById('viewport');
  let held = null;  // the point of the graph under the pointer while a button is down
  function point(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(view.getScreenCTM().inverse());
  }
  function move(change) {
    const list = view.transform.baseVal, matrix = list.consolidate().matrix;
    list.initialize(list.createSVGTransformFromMatrix(change(matrix)));
  }
  root.addEventListener('pointerdown', function (event) {
    if (event.button !== 0) return;
    held = point(event);
    event.preventDefault();
  });
  root.addEventListener('pointermove', function (event) {
    if (!held) return;
    const p = point(event);
    move(m => m.translate(p.x - held.x, p.y - held.y));
  });
  for (const end of ['pointerup', 'pointercancel', 'pointerleave'])
    root.addEventListener(end, function () { held = null; });
  root.addEventListener('wheel', function (event) {
    event.preventDefault();
    const p = point(event), factor = Math.pow(1.2, event.deltaY < 0 ? 1 : -1);
    move(m => m.translate(p.x, p.y).scale(factor).translate(-p.x, -p.y));
  }, {passive: false});
});
)js";

}  // namespace

std::string MakePannable(std::string svg) {
  // dot leaves some ampersands unquoted: "&;" is no XML.
  RE2::GlobalReplace(&svg, "&;", "&amp;;");
  RE2::Replace(&svg, R"(<svg\s*width="[^"]+"\s*height="[^"]+"\s*viewBox="[^"]+")",
               R"(<svg width="100%" height="100%")");
  static constexpr std::string_view kGraph = "<g id=\"graph";
  for (size_t at = svg.find(kGraph); at != svg.npos; at = svg.find(kGraph, at + 1)) {
    const size_t digit = at + kGraph.size();
    if (digit + 1 >= svg.size() || svg[digit] < '0' || svg[digit] > '9' || svg[digit + 1] != '"') continue;
    std::string before = "<script type=\"text/ecmascript\"><![CDATA[";
    before += kScript;
    before += "]]></script><g id=\"viewport\" transform=\"scale(0.5,0.5) translate(0,0)\">";
    svg.insert(at, before);
    break;
  }
  if (const size_t end = svg.find("</svg>"); end != svg.npos) svg.insert(end, "</g>");
  return svg;
}

}  // namespace seep::pprof
