"""Sight: read text, controls and icons from pixels alone, in a process of its own. `run` is what that process runs.

Nothing outside this room imports it: onnxruntime, numpy and cv2 stay in that process. What it answers is
`host/seeing.py`; who asks is `look/sight.py`.
"""
