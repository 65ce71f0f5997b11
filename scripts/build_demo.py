"""Write the binary files of demo/clinic: the sales script (DOCX), the week's posts (XLSX), a poster and a short clip.

    python scripts/build_demo.py        # needs fonts-noto-cjk

The institution and everything it says are invented.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import av
import docx
import numpy as np
import openpyxl
from PIL import Image, ImageDraw, ImageFont

CLINIC = Path(__file__).resolve().parents[1] / "demo" / "clinic"
DESK_MEDIA = Path(__file__).parents[1] / "src" / "mingjian" / "doors" / "demo" / "media"

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


FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
POSTER = (  # text, size, top, colour; the second claim runs over two lines
    ("样例医美", 54, 70, (120, 60, 80)), ("五代热玛吉", 120, 190, (176, 32, 84)),
    ("一次紧致提升,做完", 64, 400, (60, 40, 50)), ("永不反弹,年轻十岁", 64, 490, (60, 40, 50)),
    ("限时特价 ¥9800(原价39800)", 52, 660, (176, 32, 84)),
    ("加薇信 yangli_ym 抢名额", 46, 1180, (60, 40, 50)), ("效果因人而异", 20, 1380, (190, 170, 178)),
)  # fmt: skip
SUBTITLES = (
    (0.0, 2.5, "姐妹们看我的下颌线"), (2.5, 5.0, "就打了一针瘦脸针"), (5.0, 7.5, "第二天脸就小了一圈"),
    (7.5, 10.0, "想要同款的评论区扣一"),
)  # fmt: skip


def written(image: Image.Image, text: str, size: int, top: int, colour: tuple[int, int, int], outline: int = 0) -> None:
    """A line of text in the middle."""
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, size, index=2)
    left = (image.width - draw.textlength(text, font=font)) / 2
    draw.text((left, top), text, font=font, fill=colour, stroke_width=outline, stroke_fill=(20, 20, 20))


def poster() -> Image.Image:
    """The poster: words on a ground that is not quite plain."""
    across, down = np.meshgrid(np.linspace(0, 1, 1080), np.linspace(0, 1, 1440))
    ground = np.stack([250 - 20 * down, 226 + 16 * across, 232 + 10 * down], axis=-1)
    image = Image.fromarray(ground.astype(np.uint8))
    ImageDraw.Draw(image).ellipse((300, 800, 780, 1140), outline=(214, 150, 176), width=6)
    for line in POSTER:
        written(image, *line)
    return image


def clip(path: Path, size: tuple[int, int] = (640, 360), rate: int = 12) -> None:
    """Ten seconds with subtitles over a moving ground."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "28", "preset": "slow"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(10 * rate):
            seconds = number / rate
            down, across = np.mgrid[0 : size[1], 0 : size[0]]
            wave = 90 + 40 * np.sin(across / 90 + seconds) + 30 * np.cos(down / 70 - seconds / 2)
            image = Image.fromarray(np.stack([wave + 40, wave, wave + 20], axis=-1).clip(0, 255).astype(np.uint8))
            for start, end, text in SUBTITLES:
                if start <= seconds < end:
                    written(image, text, 30, 300, (255, 255, 255), outline=2)
            frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def main() -> int:
    """Write the files."""
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
    poster().save(CLINIC / "07-活动海报.png", optimize=True)
    clip(CLINIC / "08-短视频.mp4")
    # The review desk's demonstration shows the same two.
    for name, kept in (("07-活动海报.png", "poster.png"), ("08-短视频.mp4", "clip.mp4")):
        shutil.copyfile(CLINIC / name, DESK_MEDIA / kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
