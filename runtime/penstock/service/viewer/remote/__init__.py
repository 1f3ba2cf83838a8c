"""The provider as a viewer sees it: his catalogue and files by HTTP, his frames by WebSocket, bounded and checked."""
