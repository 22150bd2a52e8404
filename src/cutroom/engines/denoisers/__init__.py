"""Denoisers, one file each; the contract is `cutroom.engines.denoiser`."""
