"""docs/scope.md: how scope answers are made, the procedures, the specialties, who may perform which grade."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.common import page, plain, table
from mingjian.core.model.scope import GRADES, Catalogue, Procedure
from mingjian.core.rulebook.load import Sources
from mingjian.core.scope.model import MISSING, STEPS
from mingjian.core.scope.stated import FACTS, IN_FORCE, LEVEL, SPECIALTIES, TYPE

SECTIONS = {"surgery": "美容外科", "skin": "美容皮肤科与注射", "dental": "美容牙科与口腔", "tcm": "美容中医科"}
CONFIDENCE = {"high": "大", "medium": "中", "low": "小"}
FACT_WORDS = {
    SPECIALTIES: "执业许可证登记的诊疗科目,代码(`14.01`)或名称的列表",
    IN_FORCE: "执业许可证当日是否有效",
    TYPE: "机构类别,如 门诊部、医疗美容诊所、综合医院",
    LEVEL: "医院级别:一级、二级、三级",
}
ABOUT = """# 范围问答

“这位医师当日能否在这家机构做这个项目?这个账号能否宣传它?”回答是**可以**、**不可以**或**待定**,并列出每一环:事实、依据的法条、
所据的登记。任何一环“不可以”则不可以;没有“不可以”而有一环缺事实则待定,并写明缺什么;登记里没有听说过的,不当作没有。

- 命令:`mingjian scope 双眼皮 --institution 云杉医疗美容门诊部 --physician 林知遥`;
  没有数据库时 `mingjian scope --facts 事实.json`。
- 接口:`POST /api/v1/scope`、`GET /api/v1/procedures`。网页:登记 › 范围问答、项目目录。
- 内容判定时,发布者在登记里的资质作为事实放进内容(经官方核验且当日有效的才算;登记知道的胜过提交方申报的),
  与判定一起封存,重放得到同样的字节。

In English: yes, no or undetermined, with the chain of facts, the law each rests on and what is missing. What the
registry has not heard of is unknown, never absent."""


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text): one page."""
    catalogue = sources.catalogue
    yield (
        "scope.md",
        page(
            ABOUT,
            "",
            "## 环节",
            "",
            table(["环节", "名称"], ([f"`{key}`", title] for key, title in STEPS.items())),
            "",
            "## 可能缺的事实",
            "",
            table(["事实", "名称"], ([f"`{key}`", title] for key, title in MISSING.items())),
            "",
            "## 内容里可以写明的事实",
            "",
            "写在内容的 `facts` 里;没有这些事实时,有关规则不说话。",
            "",
            table(["事实", "含义"], ([f"`{name}`", FACT_WORDS[name]] for name in FACTS)),
            "",
            "## 美容外科:机构可开展的最高级别",
            "",
            table(["机构", "级别", "另须登记", "可开展至"], _ceilings(catalogue)),
            "",
            "没有列出的情形答“待定”。省级目录可以调整;项目标“各地不同”或“未列入”的,不凭级别和科目答“不可以”。",
            *(line for key, title in SECTIONS.items() for line in _section(catalogue, key, title)),
            "",
            "## 诊疗科目",
            "",
            table(["编号", "名称", "医师执业范围", "主诊医师"], _specialties(catalogue)),
        ),
    )


def _ceilings(catalogue: Catalogue) -> Iterator[list[object]]:
    names = {kind.group: kind.name for kind in catalogue.kinds}
    for row in catalogue.ceilings:
        beside = catalogue.specialty_name(row.beside) if row.beside else ""
        yield [names[row.group], row.level or "", beside, GRADES[row.grade]]


def _section(catalogue: Catalogue, key: str, title: str) -> Iterator[str]:
    listed = [one for one in catalogue.procedures.values() if one.section == key]
    yield from ("", f"## {title}({len(listed)})", "", f"来源:{plain(listed[0].source)};逐条须核对。", "")
    head = ["代码", "项目", "叫法", "级别", "诊疗科目", "标记", "把握"]
    yield from table(head, (_row(catalogue, one) for one in listed))


def _row(catalogue: Catalogue, one: Procedure) -> list[object]:
    marks = {
        "各地不同": one.varies,
        "未列入": not one.listed,
        "限制类": one.restricted,
        "毒性药品": one.drug == "toxic",
        "处方药": one.drug == "prescription",
        "产品未获批": one.unapproved is not None,
    }
    words = "、".join(one.words[:5]) + ("等" if len(one.words) > 5 else "")
    return [
        f"`{one.code}`",
        plain(one.name),
        plain(words),
        one.grade_name,
        "、".join(catalogue.specialty_name(code) for code in one.specialties),
        "、".join(mark for mark, holds in marks.items() if holds),
        CONFIDENCE[one.confidence],
    ]


def _specialties(catalogue: Catalogue) -> Iterator[list[object]]:
    for one in catalogue.specialties.values():
        practices = "、".join(catalogue.practices[code].name for code in one.physicians)
        yield [one.code, one.name, practices, f"须备案,{one.years} 年以上" if one.lead else ""]
