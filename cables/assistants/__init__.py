"""Tools for assistants, by the Model Context Protocol (MCP): search, read, check, cite.

They only read, and only what readers see: each asks the views that pages and the API have. The
Python package `mcp` is optional; only mcp_server.py and mcp_endpoint.py import it, when they run.

tools.py          the tools: names, descriptions, JSON Schemas of what each takes and gives
reading_tools.py  ask a view of this room; search, read a cable, read paragraphs
citing_tools.py   check a quotation, cite, list the holdings
mcp_server.py     the tools as an MCP server, and over standard input and output
mcp_endpoint.py   the same at /mcp: Streamable HTTP without sessions, so often for each sender
"""
