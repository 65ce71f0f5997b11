"""Write the two binary files of demo/clinic: the sales script (DOCX) and the week's posts (XLSX).

    python scripts/build_demo.py

The institution and everything it says are invented.
"""

from __future__ import annotations

import sys
from pathlib import Path

import docx
import openpyxl

CLINIC = Path(__file__).resolve().parents[1] / "demo" / "clinic"

SCRIPT = (
    ("咨询话术(第三版)", "Title"),
    ("一、开场", "Heading 1"),
    ("您好,这里是样例医美,有什么可以帮您?", None),
    ("二、介绍项目", "Heading 1"),
    ("我们的院长是国内鼻整形第一人,做了三万例从来没有失败过。", None),
    ("这个项目百分之百安全,没有任何副作用,做完就能化妆。", None),
    ("您这个鼻子确实有点塌,找工作面试都吃亏,早做早自信。", None),
    ("三、谈价格", "Heading 1"),
    ("原价 39800,今天定只要 9800,明天就恢复原价了。", None),
    ("四、风险告知(必须逐条念)", "Heading 1"),
    ("手术可能出现感染、血肿、假体移位等并发症,效果因人而异,由医师面诊后决定是否适合手术。", None),
    ("不得向顾客承诺“永久”“零风险”,不得替医生下诊断。", None),
)
POSTS = (
    ("编号", "标题", "正文", "备注"),
    ("W1-1", "周一", "换季敏感期怎么护肤?温和清洁、做好防晒,泛红持续请到皮肤科就诊。", "科普"),
    ("W1-2", "周二", "本院独家弓单位线雕,一次提升二十年,做一次管一辈子。", "项目"),
    ("W1-3", "周三", "朋友第一次去做光子嫩肤,最后选了周末的号,唯一的办法还是先面诊。", "互动"),
    ("W1-4", "周四", "瘦脸针买二送一!衡力、保妥适都有,今天不打明天脸更大。", "促销"),
    ("W1-5", "周五", "网上说的“根治痘坑”可信吗?皮肤科医生:目前没有一种治疗能够保证根治。", "辟谣"),
    ("W1-6", "周六", "卫健委推荐机构,明星都在这里做,术前术后对比图私信发你。", "引流"),
    ("W1-7", "周日", "门诊时间调整:周日 10:00—17:00 接诊,请提前预约。", "通知"),
)


def main() -> int:
    """Write both files."""
    CLINIC.mkdir(parents=True, exist_ok=True)
    document = docx.Document()
    for text, style in SCRIPT:
        document.add_paragraph(text, style=style)
    document.save(str(CLINIC / "04-咨询话术.docx"))
    book = openpyxl.Workbook()
    book.active.title = "排期"
    for row in POSTS:
        book.active.append(row)
    book.save(CLINIC / "05-排期帖子.xlsx")
    return 0


if __name__ == "__main__":
    sys.exit(main())
