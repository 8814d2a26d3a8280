"""All routes of the pages."""

from __future__ import annotations

from fastapi import APIRouter

from service.web.about_pages import router as about
from service.web.assets import router as assets
from service.web.audit_page import router as audit
from service.web.coverage_pages import router as coverage
from service.web.list_pages import router as lists
from service.web.new_level_pages import router as new_levels
from service.web.provider_pages import router as provider
from service.web.purchasing_pages import router as purchasing
from service.web.recall_pages import router as recalls
from service.web.report_pages import router as reports
from service.web.review_pages import router as reviews
from service.web.run_pages import router as runs
from service.web.sign_in_pages import router as sign_in
from service.web.start_pages import router as start
from service.web.transfer_pages import router as transfers
from service.web.user_pages import router as users
from service.web.ward_pages import router as wards

router = APIRouter()
for part in (
    sign_in,
    provider,
    start,
    wards,
    reviews,
    new_levels,
    lists,
    transfers,
    recalls,
    purchasing,
    coverage,
    reports,
    runs,
    users,
    audit,
    about,
    assets,
):
    router.include_router(part)
