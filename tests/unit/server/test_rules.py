"""The site's rules on a server: two accounts, their roles, and what a client can't do alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kiki.client import HttpAgent
from kiki.model.change import Change
from kiki.model.errors import KikiError
from kiki.policy.site.loading import load
from kiki.store.opening import open_store
from tests.unit.server.running import serving, start
from tests.unit.service.world import World

RULES = """rules:
- id: two
  then: {approvers: 2, approver_role: admin, ticket: true}
  reason: {en: because, ko: 그래서}
"""


class Site(NamedTuple):
    world: World
    folder: Path
    agents: dict[str, HttpAgent]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder, rules = tmp_path / "served", tmp_path / "policy"
    rules.mkdir()
    (rules / "r.yaml").write_text(RULES)
    open_store(str(folder), lambda: "2026-01-31T09:00:00.000Z").close()
    world = World(tmp_path / "world")
    with start(folder) as running:
        people = running.accounts._people

        def roles(name: str, _project: str) -> tuple[str, ...]:
            account = people.account(name)
            return account.roles if account else ()

        def agent_of(who: str) -> object:
            return world.process(
                who, site=lambda: load(str(rules)), roles=roles, ticket_pattern="OPS-[0-9]+"
            )

        with serving(running.server._replace(agent_of=agent_of)) as url:  # type: ignore[arg-type]
            agents = {role: HttpAgent(url, token) for role, token in running.tokens.items()}
            yield Site(world, rules, agents)


def approve(site: Site, who: str, change: Change, **how: str) -> Change:
    digest = change.stage.decisive.digest()  # type: ignore[union-attr]
    return site.agents[who].approve(change.id, digest, **how)


def refused(code: str, do: object) -> None:
    with pytest.raises(KikiError) as caught:
        do()  # type: ignore[operator]
    assert caught.value.code == code


def test_two_accounts_one_of_them_an_admin(site: Site) -> None:
    change = site.agents["operator"].submit(site.world.request())
    refused("approval.ticket_missing", lambda: approve(site, "approver", change))
    refused("approval.ticket_invalid", lambda: approve(site, "approver", change, ticket="x\ny"))
    once = approve(site, "approver", change, ticket="OPS-1")
    assert (once.state, [one.approver for one in once.granted]) == (
        "awaiting_approval",
        ["approver"],
    )
    refused("approval.again", lambda: approve(site, "approver", change))
    refused("server.forbidden", lambda: approve(site, "operator", change))
    done = approve(site, "admin", change)
    assert (done.state, done.request.ticket) == ("approved", "OPS-1")
    assert site.agents["operator"].run(done.id).state == "applied"


def test_what_the_rules_say_is_for_those_who_may_see_the_change(site: Site) -> None:
    change = site.agents["operator"].submit(site.world.request())
    told = site.agents["viewer"].rulings(change.id)
    assert [one.phase for one in told] == ["approval", "run"]
    assert told[0].said[0].reason["ko"] == "그래서"
    refused("change.unknown", lambda: site.agents["requester"].rulings(change.id))


def test_rules_that_are_gone_deny_over_http_too(site: Site) -> None:
    change = site.agents["operator"].submit(site.world.request())
    (site.folder / "r.yaml").unlink()
    refused("policy.site_folder_empty", lambda: approve(site, "admin", change))
