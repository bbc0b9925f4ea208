"""The tables of accounts, sign-ins and keys, as SQLAlchemy models.

It knows columns; it does not know passwords or requests. The tables have a metadata of their own:
deleting somebody's profile does not take their sign-in with it.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from interest.store_models import Base

__all__ = ["AccountBase", "AccountRow", "ApiKeyRow", "SignInRow"]


class AccountBase(DeclarativeBase):
    """Tables that are not part of anybody's profile."""

    metadata = sa.MetaData(naming_convention=Base.metadata.naming_convention)
    type_annotation_map = Base.type_annotation_map


class AccountRow(AccountBase):
    """Somebody who can sign in."""

    __tablename__ = "accounts"

    user_id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime]


class SignInRow(AccountBase):
    """One browser that is signed in; the token itself is in its cookie only."""

    __tablename__ = "sign_ins"
    __table_args__ = (sa.Index(None, "user_id"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.user_id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiKeyRow(AccountBase):
    """One key of a program. Keys may speak for people without an account: a shop's customers."""

    __tablename__ = "api_keys"
    __table_args__ = (sa.Index(None, "user_id"),)

    key_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    label: Mapped[str]
    secret_hash: Mapped[str]
    scopes: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
