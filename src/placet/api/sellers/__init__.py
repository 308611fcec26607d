"""The API of sellers' budgets, below `/{version}/marketing-solutions/…`; any version is served.

The account is that of the credentials, most often a token of `/oauth2/token`.
"""

from __future__ import annotations

from placet.api.sellers.seller_budgets import router

__all__ = ["router"]
