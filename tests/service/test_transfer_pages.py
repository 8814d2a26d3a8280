"""Moves come in pages that the database cuts, with the scope applied before."""

from __future__ import annotations


def test_pages_of_one_move_are_the_whole_list_together(site):
    """Page by page the same rows in the same order as at once, and the same total; the page after the last is empty."""
    key = site.key("logistics")
    whole = site.get(key, "/transfers?page_size=1000").json()
    assert whole["total"] == len(whole["items"]) == len(site.rows("transfers"))
    pages = [site.get(key, f"/transfers?page_size=1&page={page + 1}").json() for page in range(whole["total"] + 1)]
    assert [row for page in pages for row in page["items"]] == whole["items"]
    assert {page["total"] for page in pages} == {whole["total"]}


def test_a_scope_counts_only_its_own_moves(site):
    """For a key of one ward: as many as begin or end there, in the total too."""
    whole = site.get(site.key("logistics"), "/transfers?page_size=1000").json()["items"]
    for ward in site.wards:
        own = [row["id"] for row in whole if ward["ward_id"] in (row["from_ward_id"], row["to_ward_id"])]
        answer = site.get(site.key("logistics", wards=ward["ward_id"]), "/transfers?page_size=1").json()
        assert answer["total"] == len(own)
        assert [row["id"] for row in answer["items"]] == own[:1]
