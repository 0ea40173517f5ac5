"""The networks that register stress maps to rest maps: what they promise."""

import io

import pytest
import torch

from cmrt1_training.networks import MapRegistration, SwinUNet, SymmetricPair, VoxelMorphUNet, scaled_maps, warp
from cmrt1_training.networks.swin import SHIFT, WINDOW, SwinEncoderLevel, WindowAttention
from cmrt1_training.phantom.fields import jacobian_determinant

TOYS = {
    "symmetric": lambda: SymmetricPair(widths=[8, 8, 8], decoder=[8, 8, 8]),
    "unet": lambda: VoxelMorphUNet((8, 8, 8, 8, 8), (8, 8, 8)),
    "swin": lambda: SwinUNet(16, (4, 8, 8, 8), tokens=16),
}


@pytest.fixture(params=TOYS)
def untrained(request):
    torch.manual_seed(0)
    return TOYS[request.param]().eval()


@pytest.fixture()
def network(untrained):
    """With weights that give fields of a few pixels."""
    group = getattr(untrained, "group", None)
    last = [level.step for level in (group.at_16, group.at_8, group.at_4)] if group else [untrained.velocity]
    for layer in last:
        torch.nn.init.normal_(layer.weight, 0, 0.01)
    with torch.inference_mode():
        while untrained(scaled_maps(maps()))[0].norm(dim=1).max() < 2:
            for layer in last:
                layer.weight *= 1.5
    return untrained


def maps(rows=64, columns=96, batch=2):
    coarse = 500 + 1500 * torch.rand(batch, 2, rows // 8, columns // 8, generator=torch.Generator().manual_seed(1))
    return torch.nn.functional.interpolate(coarse, size=(rows, columns), mode="bilinear")


def test_fields_have_the_maps_shape_and_the_networks_begin_with_none(untrained):
    with torch.inference_mode():
        field = MapRegistration(untrained)(maps())
    assert field.shape == (2, 2, 64, 96)
    assert field.abs().max() < 0.02


def test_fields_do_not_fold(network):
    with torch.inference_mode():
        field = MapRegistration(network)(maps())
    assert field.norm(dim=1).max() > 1, "or there is nothing to fold"
    assert jacobian_determinant(field).min() > 0


def test_the_unit_of_the_maps_does_not_matter(network):
    with torch.inference_mode():
        field, in_seconds = (MapRegistration(network)(factor * maps()) for factor in (1, 0.001))
    assert torch.allclose(field, in_seconds, atol=1e-2)


def test_script_and_eager_agree_and_half_precision_weights_change_little(network):
    module = MapRegistration(network).eval()
    with torch.inference_mode():
        eager = module(maps())
        assert torch.allclose(torch.jit.script(module)(maps()), eager, atol=1e-3)
        file = io.BytesIO()
        torch.jit.save(torch.jit.script(module.half()), file)
        file.seek(0)
        stored = torch.jit.load(file).float().eval()(maps())
    assert 0 < (stored - eager).norm(dim=1).mean() < 0.02 * eager.norm(dim=1).mean()


def test_empty_maps_give_finite_fields(network):
    with torch.inference_mode():
        assert MapRegistration(network)(torch.zeros(1, 2, 64, 64)).isfinite().all()


class Given(torch.nn.Module):
    """Answers with prepared fields, one a call, and keeps what it was shown."""

    def __init__(self, fields):
        super().__init__()
        self.fields, self.shown = list(fields), []

    def forward(self, x):
        self.shown.append(x)
        return [self.fields.pop(0)]


def test_each_pass_sees_what_the_passes_before_have_moved():
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    first = torch.stack([3 * torch.sin(y / 10), 2 + 0 * x])[None]
    second = torch.stack([1 + 0 * x, 2 * torch.cos(x / 9)])[None]
    image = 500 + 500 * torch.sin(x / 8) * torch.cos(y / 7)
    both = torch.stack([image, image])[None]
    network = Given([first, second])
    field = MapRegistration(network)(both)
    inside = (..., slice(8, -8), slice(8, -8))
    assert torch.allclose(network.shown[1][:, 1:], warp(scaled_maps(both)[:, 1:], first), atol=1e-5)
    twice = warp(warp(image[None, None], first), second)
    assert (warp(image[None, None], field) - twice)[inside].abs().mean() < 3
    the_other_way_round = warp(warp(image[None, None], second), first)
    assert (the_other_way_round - twice)[inside].abs().mean() > 10


def plain_attention(attention: WindowAttention, x: torch.Tensor) -> torch.Tensor:
    """Token by token: a token sees those of its window, which begin at the shift and end at the map's border."""
    _, rows, columns, width = x.shape
    shift = attention.shift if min(rows, columns) > WINDOW else 0
    place = [(r, c) for r in range(rows) for c in range(columns)]
    window = [((r - shift) // WINDOW, (c - shift) // WINDOW) for r, c in place]
    q, k, v = attention.qkv(x[0].reshape(-1, width)).view(len(place), 3, attention.heads, -1).unbind(1)
    seen = torch.zeros_like(v)
    for i, (r, c) in enumerate(place):
        others = [j for j in range(len(place)) if window[j] == window[i]]
        index = [(r - place[j][0] + WINDOW - 1) * (2 * WINDOW - 1) + c - place[j][1] + WINDOW - 1 for j in others]
        score = torch.einsum("hd,nhd->nh", q[i], k[others]) / q.shape[-1] ** 0.5 + attention.bias[:, index].T
        seen[i] = torch.einsum("nh,nhd->hd", score.softmax(0), v[others])
    return attention.join(seen.flatten(1)).view(1, rows, columns, width)


@pytest.mark.parametrize("rows, columns, shift", [(7, 7, 3), (10, 9, 0), (10, 16, 3), (14, 14, 3), (12, 6, 3)])
def test_tokens_see_their_window_and_neither_its_padding_nor_the_other_side(rows, columns, shift):
    torch.manual_seed(0)
    attention = WindowAttention(8, 2, shift)
    torch.nn.init.normal_(attention.bias)
    torch.nn.init.normal_(attention.qkv.bias)
    x = torch.randn(1, rows, columns, 8)
    with torch.inference_mode():
        assert torch.allclose(attention(x), plain_attention(attention, x), atol=1e-5)


def test_the_shifted_block_sees_across_the_windows_border():
    torch.manual_seed(0)
    level = SwinEncoderLevel(8, 2, 0.0).eval()
    x = torch.randn(1, 8, 21, 21, requires_grad=True)

    def reach(module):
        (gradient,) = torch.autograd.grad(module(x)[0, :, WINDOW - 1, WINDOW - 1].sum(), x)
        rows = gradient[0].abs().amax((0, 2)).nonzero().flatten().tolist()
        return rows[0], rows[-1]

    unshifted = lambda x: level.blocks[0](x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    assert reach(unshifted) == (0, WINDOW - 1)
    assert reach(level) == (0, 2 * WINDOW - 1), f"tokens of rows {SHIFT} to {SHIFT + WINDOW - 1}, and all that these saw"
