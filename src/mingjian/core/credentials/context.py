"""What is known besides a number, compared with what the number says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.core.credentials.model import DOUBT, SENSE, Fault, Kind
from mingjian.core.credentials.regions import FICTIONAL, province_name, short_names

KEYS = (
    "uscc", "regno", "id_number", "region", "province", "ownership", "profit", "device_class", "made", "category",
    "qualification", "institution_kind",
)  # fmt: skip
"""What may be told: the holder's 统一社会信用代码, 登记号 and 身份证号, region (行政区划, two to six digits) or
province (its name or one character), ownership (public | private), profit (True | False), device_class (1 | 2 | 3),
made (domestic | imported), category of a physician (two digits), qualification (the 医师资格证书编码), and
institution_kind (clinic | outpatient | hospital)."""


def across(kind: Kind, fields: Mapping[str, str], context: Mapping[str, Any]) -> list[Fault]:
    """Contradictions between a number and what is known besides."""
    faults: list[Fault] = []
    _region(kind, fields, context, faults)
    _organisation(kind, fields, context, faults)
    _person(kind, fields, context, faults)
    _product(kind, fields, context, faults)
    return faults


def _text(context: Mapping[str, Any], name: str) -> str:
    return str(context.get(name) or "").strip().upper().replace(" ", "")


def _province(context: Mapping[str, Any]) -> str | None:
    """Two digits of the province that is known, if one is."""
    region = _text(context, "region")
    if len(region) >= 2 and region[:2].isdigit():
        return region[:2]
    name = str(context.get("province") or "").removesuffix("省").removesuffix("市")
    if name in short_names():
        return short_names()[name]
    codes = [code for code in set(short_names().values()) if name and name.startswith(str(province_name(code)))]
    return codes[0] if codes else None


def _region(kind: Kind, fields: Mapping[str, str], context: Mapping[str, Any], faults: list[Fault]) -> None:
    known = _province(context)
    if known is None or kind.personal or kind.name.startswith(("device", "drug", "cosmetic", "health", "product")):
        return  # a product is sold everywhere, a person born anywhere
    said = fields.get("region") or fields.get("province") or short_names().get(fields.get("origin", ""))
    if said is None or said[:2] in ("10", known, FICTIONAL) or known == FICTIONAL:
        return
    # Physicians move, and their first code stays; companies register elsewhere.
    code = SENSE if kind.name in ("practice_licence", "clinic_filing", "medical_ad") else DOUBT
    where = f"编号所示地区是{province_name(said) or said},登记的所在地是{province_name(known) or known}"
    faults.append(Fault(code, f"与所在地不一致:{where}"))


def _organisation(kind: Kind, fields: Mapping[str, str], context: Mapping[str, Any], faults: list[Fault]) -> None:
    uscc, regno = _text(context, "uscc"), _text(context, "regno").replace("-", "")
    if kind.name in ("practice_licence", "clinic_filing") and len(uscc) == 18 and "orgcheck" in fields:
        own = fields["org"] + fields["orgcheck"]
        if not own.startswith("PDY") and own != uscc[8:17]:
            faults.append(Fault(SENSE, f"前9位“{own}”与统一社会信用代码第9–17位“{uscc[8:17]}”不一致"))
    if kind.name == "uscc" and len(regno) == 22 and not regno.startswith("PDY") and fields["org"] != regno[:9]:
        faults.append(Fault(SENSE, f"第9–17位“{fields['org']}”与执业许可证登记号前9位“{regno[:9]}”不一致"))
    if kind.name == "org_code" and len(uscc) == 18 and fields["org"] + fields["check"] != uscc[8:17]:
        faults.append(Fault(SENSE, f"与统一社会信用代码第9–17位“{uscc[8:17]}”不一致"))
    if kind.name == "uscc" and context.get("ownership") == "public" and fields["dept"] + fields["type"] in ("91", "92"):
        faults.append(Fault(DOUBT, f"公立机构的代码一般以12开头,这里是{fields['dept']}{fields['type']},须核对"))
    profit = context.get("profit")
    if kind.name == "practice_licence" and profit is not None and fields["nature"] == ("1" if profit else "2"):
        said, own = ("非营利性", "营利性") if profit else ("营利性", "非营利性")
        faults.append(Fault(SENSE, f"末位表示{said},登记的是{own}"))
    sort = {"clinic": "D2", "outpatient": "D1", "hospital": "A"}.get(str(context.get("institution_kind") or ""))
    if kind.name == "practice_licence" and sort and not (fields["letter"] + fields["category"]).startswith(sort):
        own = fields["letter"] + fields["category"]
        faults.append(Fault(SENSE, f"类别代码“{own}”与登记的机构类别不一致"))


def _person(kind: Kind, fields: Mapping[str, str], context: Mapping[str, Any], faults: list[Fault]) -> None:
    known = _text(context, "id_number")
    if kind.name == "physician_qualification" and len(known) == 18:
        own = "".join(fields[name] for name in ("region", "birth", "serial"))
        short = known[:6] + known[8:17]
        if own != (known[:17] if len(own) == 17 else short) or fields.get("check", known[17]) != known[17]:
            faults.append(Fault(SENSE, "内嵌的身份证号与持证人的身份证号不一致"))
    qualification = _text(context, "qualification")
    if kind.name == "physician_practice" and len(qualification) in (24, 27) and qualification[6:9].isdigit():
        if fields["level"] != qualification[6]:
            faults.append(Fault(SENSE, "级别与医师资格证书编码不一致"))
        if fields["category"][0] != qualification[7]:
            faults.append(Fault(SENSE, "执业类别与医师资格证书编码不一致"))
    category = _text(context, "category")
    if kind.name.startswith("physician") and category and fields["category"][0] != category[0]:
        faults.append(Fault(SENSE, f"类别代码“{fields['category']}”与登记的执业类别不一致"))


def _product(kind: Kind, fields: Mapping[str, str], context: Mapping[str, Any], faults: list[Fault]) -> None:
    known = _text(context, "device_class")
    own = fields.get("class") or ("1" if kind.name == "device_filing" else "")
    if kind.name.startswith("device") and known in ("1", "2", "3") and own and own != known:
        faults.append(
            Fault(SENSE, f"编号所示为第{'零一二三'[int(own)]}类器械,登记(宣称)的是第{'零一二三'[int(known)]}类")
        )
    made = context.get("made")
    if made not in ("domestic", "imported"):
        return
    if kind.name == "device_registration" and (fields["source"] == "准") != (made == "domestic"):
        faults.append(
            Fault(SENSE, f"“注{fields['source']}”与登记的产地({'境内' if made == 'domestic' else '境外'})不一致")
        )
    if kind.name == "drug_approval" and fields["letter"] != "J" and "made" in fields and made == "domestic":
        faults.append(Fault(SENSE, "文号所示为境外或港澳台生产,登记的是境内生产"))
