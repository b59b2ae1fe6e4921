"""Work that is queued over HTTP: accepted, listed, followed, and whose it is."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.client import HttpAgent
from kiki.jobs.worker import Worker
from kiki.model.agent import Progress
from kiki.model.change import Change
from kiki.model.errors import KikiError
from kiki.model.job import JobFilter
from tests.unit.jobs.crew import Crew, request
from tests.unit.server.running import Reply, Running, serving

LEASE_S = 30.0


class Site:
    """A server that does no jobs itself, over the record of a crew that may be told to work."""

    def __init__(self, running: Running, crew: Crew, url: str) -> None:
        self.running = running._replace(url=url, port=int(url.rpartition(":")[2]))
        self.crew = crew
        self.agent = HttpAgent(url, running.tokens["admin"])

    def approved(self, place: int = 0, requester: str = "admin") -> Change:
        agent = HttpAgent(self.running.url, self.running.tokens[requester])
        change = agent.submit(request(place))
        assert change.stage.decisive is not None
        return self.agent.approve(change.id, change.stage.decisive.digest())

    def post(self, path: str, role: str = "admin", **body: Any) -> Reply:
        return self.running.ask("POST", path, body, role, Prefer="respond-async")


@pytest.fixture
def site(running: Running) -> Iterator[Site]:
    crew = Crew(running.folder, LEASE_S)
    idle = Worker(crew.parts("idle"), crew.agent, crew.leases, slots=0)
    server = running.server._replace(agent_of=crew.agent, queue=crew.store.queue, worker=idle)
    with serving(server) as url:
        yield Site(running, crew, url)
    crew.worker.stop(5, 5)
    crew.worker.close()


def until_ended(site: Site, job_id: str) -> dict[str, Any]:
    for _ in range(200):
        found = site.running.ask("GET", f"/api/v1/jobs/{job_id}").json
        if found["state"] not in ("queued", "running"):
            return dict(found)
        time.sleep(0.05)
    raise AssertionError("the job did not end")


def test_a_run_is_accepted_and_a_worker_does_it(site: Site) -> None:
    change = site.approved()
    reply = site.post(f"/api/v1/changes/{change.id}/run?priority=high")
    assert reply.status == 202
    assert reply.headers["preference-applied"] == "respond-async"
    job = reply.json
    assert reply.headers["location"] == f"/api/v1/jobs/{job['id']}"
    assert (job["change"], job["kind"], job["state"]) == (change.id, "run", "queued")
    assert site.agent.get(change.id).state == "approved"
    [listed] = site.agent.jobs(JobFilter(open=True))
    assert (listed.id, listed.priority) == (job["id"], "high")
    site.crew.worker.start()
    assert until_ended(site, job["id"])["state"] == "done"
    assert site.agent.get(change.id).state == "applied"
    events = [(one.event, one.actor) for one in site.agent.history(change.id)]
    assert ("queue", "admin") in events and ("start", "admin") in events


def test_a_change_waits_once(site: Site) -> None:
    change = site.approved()
    site.post(f"/api/v1/changes/{change.id}/run")
    again = site.post(f"/api/v1/changes/{change.id}/run")
    assert (again.status, again.json["code"]) == (409, "job.queued")


def test_what_can_not_be_run_now_is_not_queued(site: Site) -> None:
    change = site.agent.submit(request(0))
    reply = site.post(f"/api/v1/changes/{change.id}/run")
    assert reply.json["code"] == "approval.needed"
    assert site.agent.jobs(JobFilter()) == ()


def test_a_password_is_never_queued(site: Site) -> None:
    change = site.approved()
    reply = site.post(f"/api/v1/changes/{change.id}/run", become_password="Geheim-4711")
    assert reply.json["code"] == "job.needs_password"
    assert b"Geheim" not in reply.body


def test_a_client_that_runs_a_queued_change_follows_it_wherever_it_is_done(site: Site) -> None:
    change = site.approved()
    site.agent.enqueue(change.id)
    threading.Timer(0.5, site.crew.worker.start).start()
    told: list[Progress] = []
    assert site.agent.run(change.id, told.append).state == "applied"
    codes = [step.code for step in told]
    assert codes[0] == "progress.queued"
    assert {"progress.apply", "progress.verify"} <= set(codes)
    assert any(step.host == "p0-a" for step in told)


def test_a_server_that_does_no_jobs_leaves_runs_to_workers(site: Site) -> None:
    change = site.approved()
    site.crew.worker.start()
    assert site.agent.run(change.id).state == "applied"
    [job] = site.agent.jobs(JobFilter(change=change.id))
    assert (job.state, job.machine) == ("done", site.crew.leases.by.machine)


def test_a_stream_of_events_tells_what_a_worker_elsewhere_does(site: Site) -> None:
    change = site.approved()
    heard: list[str] = []

    def listen() -> None:
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", site.running.port, timeout=20)
        token = {"Authorization": f"Bearer {site.running.tokens['admin']}"}
        connection.request("GET", f"/api/v1/changes/{change.id}/events", headers=token)
        for line in connection.getresponse():
            heard.append(line.decode().strip())
            if "verify_pass" in heard[-1]:
                break
        connection.close()

    listener = threading.Thread(target=listen)
    listener.start()
    time.sleep(0.5)
    site.agent.enqueue(change.id)
    site.crew.worker.start()
    listener.join(20)
    steps = [json.loads(line[6:]) for line in heard if line.startswith('data: {"code"')]
    assert any(step["code"] == "progress.apply" for step in steps), heard


def test_an_error_of_the_worker_is_the_error_of_who_follows(site: Site) -> None:
    change = site.approved()
    site.agent.enqueue(change.id)
    site.agent.freeze("disk full")
    site.crew.worker.start()
    with pytest.raises(KikiError) as caught:
        site.agent.run(change.id)
    assert caught.value.code == "freeze.frozen"
    assert caught.value.params["reason"] == "disk full"
    assert site.agent.get(change.id).state == "approved"


def test_a_cancelled_change_is_not_done_when_its_turn_comes(site: Site) -> None:
    change = site.approved()
    job = site.agent.enqueue(change.id)
    assert site.agent.cancel(change.id).state == "cancelled"
    assert site.agent.jobs(JobFilter(change=change.id))[0].state == "cancelled"
    site.crew.worker.start()
    assert until_ended(site, job.id)["state"] == "cancelled"
    assert not (site.running.folder / "plays.log").exists()


def test_a_cancel_ends_what_a_worker_is_doing(site: Site) -> None:
    change = site.approved()
    job = site.agent.enqueue(change.id)
    site.crew.worker.start()
    log = Path(site.running.folder, "plays.log")
    while not log.exists():
        time.sleep(0.02)
    assert site.agent.cancel(change.id).state == "cancelled"
    assert until_ended(site, job.id)["state"] == "cancelled"
    assert "end " not in log.read_text()


def test_who_approves_anew_does_not_have_the_old_run_done(site: Site) -> None:
    change = site.approved()
    job = site.agent.enqueue(change.id)
    planned = site.agent.replan(change.id)
    assert planned.stage.decisive is not None
    site.agent.approve(change.id, planned.stage.decisive.digest())
    site.crew.worker.start()
    until_ended(site, job.id)
    assert site.agent.get(change.id).state == "approved"


def test_a_requester_sees_jobs_of_their_own_changes_only(site: Site) -> None:
    theirs, other = site.approved(0, "requester"), site.approved(1)
    jobs = [site.agent.enqueue(one.id) for one in (theirs, other)]
    listed = site.running.ask("GET", "/api/v1/jobs", role="requester").json["jobs"]
    assert [one["id"] for one in listed] == [jobs[0].id]
    own = site.running.ask("GET", f"/api/v1/jobs/{jobs[0].id}", role="requester")
    assert own.status == 200
    hidden = site.running.ask("GET", f"/api/v1/jobs/{jobs[1].id}", role="requester")
    none = site.running.ask("GET", "/api/v1/jobs/nothing", role="requester")
    assert (hidden.status, hidden.json["code"]) == (none.status, none.json["code"])
    assert hidden.status == 404


def test_the_jobs_of_others_do_not_push_out_ones_own(site: Site) -> None:
    theirs, *others = site.approved(0, "requester"), site.approved(1), site.approved(2)
    for one in others:
        site.agent.enqueue(one.id, "run", "high")
    own = site.agent.enqueue(theirs.id)
    for limit, found in ((1, [own.id]), (2, [own.id])):
        path = f"/api/v1/jobs?open=true&limit={limit}"
        listed = site.running.ask("GET", path, role="requester").json["jobs"]
        assert [one["id"] for one in listed] == found
    every = site.running.ask("GET", "/api/v1/jobs?limit=2").json["jobs"]
    assert [one["change"] for one in every] == [one.id for one in others]


@pytest.mark.parametrize(("role", "priority", "status"), [
    ("requester", "high", 403), ("requester", "low", 202), ("operator", "high", 202),
    ("operator", "urgent", 400),
])  # fmt: skip
def test_only_who_operates_goes_before_others(
    site: Site, role: str, priority: str, status: int
) -> None:
    change = HttpAgent(site.running.url, site.running.tokens[role]).submit(request(0))
    reply = site.post(f"/api/v1/changes/{change.id}/plan?priority={priority}", role)
    assert reply.status == status, reply.body


def test_a_plan_is_queued_for_the_change_as_it_is(site: Site) -> None:
    change = site.agent.submit(request(0))
    job = site.agent.enqueue(change.id, "plan")
    site.crew.worker.start()
    assert until_ended(site, job.id)["state"] == "done"
    events = [one.event for one in site.agent.history(change.id)]
    assert events.count("plan") == 2
    assert site.agent.get(change.id).state == "awaiting_approval"
