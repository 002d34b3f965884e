"""The short names by which readers know where a work appeared."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_SHORT: Mapping[str, str] = MappingProxyType(
    {
        "Advances in Neural Information Processing Systems": "NeurIPS",
        "International Conference on Learning Representations": "ICLR",
        "International Conference on Machine Learning": "ICML",
        "IEEE Conference on Computer Vision and Pattern Recognition": "CVPR",
        "IEEE/CVF Conference on Computer Vision and Pattern Recognition": "CVPR",
        "IEEE International Conference on Computer Vision": "ICCV",
        "IEEE/CVF International Conference on Computer Vision": "ICCV",
        "European Conference on Computer Vision": "ECCV",
        "British Machine Vision Conference": "BMVC",
        "AAAI Conference on Artificial Intelligence": "AAAI",
        "Conference on Empirical Methods in Natural Language Processing": "EMNLP",
        "Annual Meeting of the Association for Computational Linguistics": "ACL",
        "Conference of the North American Chapter of the Association for Computational Linguistics": "NAACL",
        "Conference on Robot Learning": "CoRL",
        "International Conference on Artificial Intelligence and Statistics": "AISTATS",
        "Journal of Machine Learning Research": "JMLR",
        "Transactions on Machine Learning Research": "TMLR",
        "IEEE Transactions on Pattern Analysis and Machine Intelligence": "TPAMI",
        "International Journal of Computer Vision": "IJCV",
    }
)


def abbreviation(venue: str) -> str:
    """The short name of a venue: the one in use, else the venue itself.

    Args:
        venue: as the bibliography has it.
    """
    return _SHORT.get(venue, venue)
