"""What the service is told about uploads and runs."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

_MB = 2**20


class RunSettings(BaseSettings):
    """Limits of uploads, and how runs are carried out.

    Attributes
    ----------
    upload_mb : int
        ``BRIKOPT_UPLOAD_MB``: most megabytes in one upload, as sent.
    upload_unpacked_mb : int
        ``BRIKOPT_UPLOAD_UNPACKED_MB``: most megabytes that all files of an upload may come to when they are unpacked.
    upload_ratio : int
        ``BRIKOPT_UPLOAD_RATIO``: how many times larger unpacking may make a file.
    run_jobs : int
        ``BRIKOPT_RUN_JOBS``: processes that a run works with; 0 is one for each core.
    run_memory_mb : int
        ``BRIKOPT_RUN_MEMORY_MB``: address space of each process that reads extracts or runs on them, in megabytes.
    run_worker : bool
        ``BRIKOPT_RUN_WORKER``: whether this service carries out the runs that wait; 0 where another one does.
    """

    upload_mb: int = Field(default=1024, ge=1)
    upload_unpacked_mb: int = Field(default=8192, ge=1)
    upload_ratio: int = Field(default=200, ge=2)
    run_jobs: int = Field(default=0, ge=0)
    run_memory_mb: int = Field(default=16384, ge=1024)
    run_worker: bool = True

    @property
    def upload_bytes(self) -> int:
        """Most bytes in one upload, as sent."""
        return self.upload_mb * _MB

    @property
    def unpacked_bytes(self) -> int:
        """Most bytes that all files of an upload may come to."""
        return self.upload_unpacked_mb * _MB
