"""The MCP door: Palate's tools for other agents, on standard input and output or over HTTP."""
