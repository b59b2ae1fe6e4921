"""Pictures: whatever a definition is called, they stay pictures."""

import xml.etree.ElementTree as ET
from typing import Any

from kiki.vdc.drawing import drawn
from tests.unit.vdc.given import found, small

NASTY = '<script>alert("1")</script> & "]; end'


def picture(data: Any, form: Any) -> str:
    definition = found(data).definition
    assert definition is not None
    return drawn(definition, form)


def nasty() -> dict[str, Any]:
    server = {"image": NASTY, "flavor": "안녕하세요" * 20, "network": "private", "tier": "web"}
    rules = ["any -> web: 80/tcp", "web -> web: all"]
    return small(servers={"end": server}, tiers={"web": {}}, rules=rules)


def test_svg_is_xml_and_escaped() -> None:
    text = picture(nasty(), "svg")
    ET.fromstring(text)
    assert "<script" not in text


def test_mermaid_has_no_quote_or_bracket_of_a_name() -> None:
    text = picture(nasty(), "mermaid")
    assert "<script" not in text and "alert(#34;" in text
    assert all(line.count('"') % 2 == 0 for line in text.splitlines())


def test_many_things_have_a_place() -> None:
    networks = {f"n{index}": {"cidr": f"10.{index}.0.0/16"} for index in range(9)}
    servers = {
        f"s{index}": {"image": "i", "flavor": "f", "network": f"n{index % 9}"}
        for index in range(60)
    }
    root = ET.fromstring(picture(small(networks=networks, servers=servers), "svg"))
    height = float(root.attrib["height"])
    boxes = [one for one in root.iter() if one.tag.endswith("rect")]
    assert len(boxes) >= 70
    assert all(float(one.attrib.get("y", 0)) < height for one in boxes)
