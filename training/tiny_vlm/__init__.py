"""The test model: GLM-4.6V's real classes, very small, trained on drawn dialogs. `python -m training.tiny_vlm`."""
