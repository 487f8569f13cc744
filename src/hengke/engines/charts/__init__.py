"""Server-rendered charts: numbers in, SVG out. No JavaScript, so they print, and tests can read them."""

from hengke.engines.charts.bars import histogram, year_pairs
from hengke.engines.charts.boundary import Boundary, prepare
from hengke.engines.charts.choropleth import Cluster, Spot, choropleth, points
from hengke.engines.charts.fan import Ahead as FanAhead
from hengke.engines.charts.fan import Names as FanNames
from hengke.engines.charts.fan import fan, fan_line
from hengke.engines.charts.flow import Ribbon, flow
from hengke.engines.charts.inline import ring, scale_bar, share_bar, signed_bar, sparkline
from hengke.engines.charts.network import Arrow, Knot, network
from hengke.engines.charts.pareto import Stop, bin_ranked, curve_points, head_stops, pareto, stops_json
from hengke.engines.charts.parts import Part, pyramid, stacked
from hengke.engines.charts.rings import gauge, pie, radar
from hengke.engines.charts.series import Series, bars, combined, lines, ranked, stacked_bars
from hengke.engines.charts.steps import funnel, heat
from hengke.engines.charts.svg import Chart, Key, Svg, Table, grouped, percent
from hengke.engines.charts.tiles import Reading, Tile, bands, tile_map, tiles

__all__ = [
    "Arrow",
    "Boundary",
    "Chart",
    "Cluster",
    "FanAhead",
    "FanNames",
    "Key",
    "Knot",
    "Part",
    "Reading",
    "Ribbon",
    "Series",
    "Spot",
    "Stop",
    "Svg",
    "Table",
    "Tile",
    "bands",
    "bars",
    "bin_ranked",
    "choropleth",
    "combined",
    "curve_points",
    "fan",
    "fan_line",
    "flow",
    "funnel",
    "gauge",
    "grouped",
    "head_stops",
    "heat",
    "histogram",
    "lines",
    "network",
    "pareto",
    "percent",
    "pie",
    "points",
    "prepare",
    "pyramid",
    "radar",
    "ranked",
    "ring",
    "scale_bar",
    "share_bar",
    "signed_bar",
    "sparkline",
    "stacked",
    "stacked_bars",
    "stops_json",
    "tile_map",
    "tiles",
    "year_pairs",
]
