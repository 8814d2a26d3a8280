"""What became of the moves that a run proposed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Moment


class TransferState(Base):
    """What people decided about one proposed move; without a row it is still proposed.

    Attributes
    ----------
    sequence : int
        Rises by commit, whatever the clocks say: of two answers the one with the higher stands.
    giver_agreed, taker_agreed : bool
        Which ends have said yes.
    giver_done_at, taker_done_at : datetime or None
        When the giver sent the goods, and when the taker received them; each says so for itself.
    """

    __tablename__ = "transfer_states"

    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[str]
    version: Mapped[int]
    sequence: Mapped[int]
    giver_agreed: Mapped[bool]
    taker_agreed: Mapped[bool]
    giver_done_at: Mapped[datetime | None] = mapped_column(Moment)
    taker_done_at: Mapped[datetime | None] = mapped_column(Moment)
