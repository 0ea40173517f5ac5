"""The networks' promises: what they accept, what their fields are, and that they learn."""

import pytest
import torch

from cmrt1_training.networks import EarlyFusion, GroupMocoNet, MotionEstimator, compose, exponential, resize_field, warp
from cmrt1_training.phantom.fields import jacobian_determinant


@pytest.fixture()
def network():
    """With weights that give fields of a few pixels."""
    torch.manual_seed(0)
    network = GroupMocoNet((8, 8, 8), (8, 8, 8)).eval()
    for level in (network.at_16, network.at_8, network.at_4):
        torch.nn.init.normal_(level.step.weight, 0, 0.2)
    return network


@pytest.mark.parametrize("images, rows, columns", [(5, 64, 64), (7, 100, 130), (16, 33, 47)])
def test_the_estimator_takes_any_number_of_images_of_any_size(network, images, rows, columns):
    with torch.inference_mode():
        field = MotionEstimator(network)(torch.rand(2, images, rows, columns) * 500)
    assert field.shape == (2, images, 2, rows, columns)
    assert field.isfinite().all() and field.abs().max() > 0.01


def test_the_estimator_ignores_the_scale_of_the_images_and_accepts_empty_ones(network):
    images = torch.rand(1, 7, 64, 64)
    with torch.inference_mode():
        estimator = MotionEstimator(network)
        assert torch.allclose(estimator(images), estimator(images * 1000), atol=1e-3)
        images[0, 3] = 0
        assert estimator(images).isfinite().all()
        assert estimator(torch.zeros(1, 7, 64, 64)).isfinite().all()


def test_the_order_of_the_images_does_not_matter(network):
    images, order = torch.rand(1, 6, 64, 64), torch.tensor([3, 1, 5, 0, 2, 4])
    with torch.inference_mode():
        assert torch.allclose(network(images)[0][:, order], network(images[:, order])[0], atol=1e-4)


def test_fields_are_invertible_and_their_mean_is_small(network):
    with torch.inference_mode():
        field = MotionEstimator(network)(torch.rand(1, 7, 96, 96))[0]
    assert jacobian_determinant(field).min() > 0
    assert field.mean(0).norm(dim=0).mean() < 0.1 * field.norm(dim=1).mean()


def test_script_and_eager_agree(network):
    images = torch.rand(1, 7, 70, 90)
    estimator = MotionEstimator(network).eval()
    with torch.inference_mode():
        assert torch.allclose(torch.jit.script(estimator)(images), estimator(images), atol=1e-4)


def test_the_inverse_of_an_exponential_is_that_of_the_negative():
    velocity = 2 * torch.nn.functional.interpolate(torch.randn(1, 2, 4, 4), size=(32, 32), mode="bicubic")
    rest = compose(exponential(velocity), exponential(-velocity))[:, :, 4:-4, 4:-4]
    assert rest.norm(dim=1).mean() < 0.1


def test_a_field_on_a_finer_grid_warps_alike():
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    image = torch.exp(-((x - 30) ** 2 + (y - 34) ** 2) / 60)[None, None]
    field = torch.stack([2 * torch.sin(y / 16), torch.cos(x / 16)])[None]
    coarse = resize_field(field, 32, 32)
    assert torch.allclose(warp(image, resize_field(coarse, 64, 64)), warp(image, field), atol=0.02)


def test_the_early_fusion_network_gives_fourteen_channels_at_four_scales():
    outputs = EarlyFusion((16, 16, 16, 16, 16))(torch.rand(1, 7, 64, 64))
    assert [tuple(o.shape) for o in outputs] == [(1, 7, 2, s, s) for s in (64, 32, 16, 8)]
