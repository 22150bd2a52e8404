"""A Whisper of a few kilobytes with random weights: the real file format, for tests of real loading code."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import numpy as np

_WIDTH, _HEADS, _MELS = 16, 2, 80
_WORDS = [" and", " the", " of", " to", "ing", " sea", " boat", ",", ".", "s"]
_SPECIAL = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
]


def make_tiny_whisper(folder: Path, *, seed: int = 0) -> Path:
    """Write an English model with random weights; it loads, and hears nonsense."""
    specs = importlib.import_module("ctranslate2").specs
    tokens = _tokens()
    random = np.random.default_rng(seed)
    spec = specs.WhisperSpec(1, _HEADS, 1, _HEADS)
    _fill(spec, random, len(tokens))
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = []
    spec.config.alignment_heads = [(0, 0)]
    spec.validate()
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    _write_tokenizer(folder / "tokenizer.json", tokens)
    return folder


def _tokens() -> list[str]:
    # Byte-level BPE has a letter for each of the 256 bytes; a space is U+0120.
    alphabet = sorted(importlib.import_module("tokenizers").pre_tokenizers.ByteLevel.alphabet())
    words = [word.replace(" ", "\u0120") for word in _WORDS]
    letters = [letter for letter in alphabet if letter not in words]
    times = [f"<|{number * 0.02:.2f}|>" for number in range(1501)]
    return [*letters, *words, *_SPECIAL, *times]


def _write_tokenizer(path: Path, tokens: list[str]) -> None:
    added = [
        {
            "id": number,
            "content": token,
            "special": token.startswith("<|") and token in _SPECIAL,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
        }
        for number, token in enumerate(tokens)
        if token.startswith("<|")
    ]
    vocabulary = {token: number for number, token in enumerate(tokens) if not token.startswith("<|")}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    model = {"type": "BPE", "vocab": vocabulary, "merges": [], "unk_token": None, "fuse_unk": False}
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": level,
        "post_processor": None,
        "decoder": level,
        "model": model | {"dropout": None, "continuing_subword_prefix": "", "end_of_word_suffix": ""},
    }
    path.write_text(json.dumps(document))


def _fill(spec: object, random: np.random.Generator, words: int) -> None:
    """Give every weight its shape: the linear layers and norms of one encoder and one decoder layer."""

    def matrix(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) * 0.3).astype(np.float32)

    def linear(layer: object, rows: int, columns: int, *, bias: bool = True) -> None:
        layer.weight = matrix(rows, columns)
        if bias:
            layer.bias = np.zeros(rows, np.float32)

    def norm(layer: object) -> None:
        layer.gamma, layer.beta = np.ones(_WIDTH, np.float32), np.zeros(_WIDTH, np.float32)

    def attention(layer: object, *, is_cross: bool) -> None:
        norm(layer.layer_norm)
        sizes = [_WIDTH, 2 * _WIDTH, _WIDTH] if is_cross else [3 * _WIDTH, _WIDTH]
        for part, rows in zip(layer.linear, sizes, strict=True):
            linear(part, rows, _WIDTH)

    def feed_forward(layer: object) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, 4 * _WIDTH, _WIDTH)
        linear(layer.linear_1, _WIDTH, 4 * _WIDTH)

    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = matrix(_WIDTH, _MELS, 3), np.zeros(_WIDTH, np.float32)
    encoder.conv2.weight, encoder.conv2.bias = matrix(_WIDTH, _WIDTH, 3), np.zeros(_WIDTH, np.float32)
    encoder.position_encodings.encodings = matrix(1500, _WIDTH)
    decoder.position_encodings.encodings = matrix(448, _WIDTH)
    decoder.embeddings.weight = matrix(words, _WIDTH)
    decoder.projection.weight = decoder.embeddings.weight
    decoder.scale_embeddings = False
    norm(encoder.layer_norm)
    norm(decoder.layer_norm)
    attention(encoder.layer[0].self_attention, is_cross=False)
    attention(decoder.layer[0].self_attention, is_cross=False)
    attention(decoder.layer[0].attention, is_cross=True)
    feed_forward(encoder.layer[0].ffn)
    feed_forward(decoder.layer[0].ffn)
