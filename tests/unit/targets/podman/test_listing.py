"""What podman lists, as a table."""

from kiki.model.answer import Column
from kiki.targets.podman.listing import laid_out, said


def test_each_thing_of_each_host_has_its_row() -> None:
    found = {"n1": [{"Name": "a", "Driver": "local"}, {"Name": "b"}], "n2": []}
    table = laid_out(found, {"name": said("Name"), "driver": said("Driver")})
    assert table.columns == (Column(name="host"), Column(name="name"), Column(name="driver"))
    assert table.rows == (("n1", "a", "local"), ("n1", "b", ""))
