"""Language models: the embedded one, Hugging Face models, and any LangChain chat model.

Start at :mod:`agent.llm.factory` (``open_llm``). Nothing is imported here, so that naming the
package does not load LangChain or torch.
"""

from __future__ import annotations

__all__: list[str] = []
