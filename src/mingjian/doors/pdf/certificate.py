"""A certificate of accreditation to print: what was granted to whom, and the code that proves it."""

from __future__ import annotations

from datetime import date

from mingjian.doors.pdf.document import Pdf
from mingjian.governance.accreditation.certifying import code_of
from mingjian.governance.accreditation.standard import Standard
from mingjian.records.accreditation.model import Certificate
from mingjian.records.clock import moment

VERIFY = "/verify/"
STANDINGS = {
    "valid": ("有效", "Valid"), "suspended": ("暂停", "Suspended"), "withdrawn": ("撤销", "Withdrawn"),
    "annulled": ("作废", "Annulled"), "replaced": ("已换发", "Replaced"), "expired": ("过期", "Expired"),
    "not_yet": ("未生效", "Not yet in force"),
}  # fmt: skip


def address_of(base: str, certificate: Certificate) -> str:
    """What the code holds: the address of the page that checks it, which ends with the signed line itself."""
    return f"{base.rstrip('/')}{VERIFY}{code_of(certificate)}"


def certificate_pdf(
    certificate: Certificate, standard: Standard, institution_key: str, base: str, lang: str, today: date
) -> bytes:
    """The certificate as PDF, in Chinese or English. One that does not stand says so across its head."""
    english = lang == "en"
    mark, notice = (standard.mark_en, standard.notice_en) if english else (standard.mark, standard.notice)
    title = "Certificate of accreditation" if english else "质量管理认证证书"
    pdf = Pdf(title, lang, created=certificate.issued_at, header=f"{mark} · {certificate.number}",
              footer=f"{base.rstrip('/')}/verify")  # fmt: skip
    pdf.space(14)
    pdf.heading(title, 0, centred=True)
    pdf.paragraph(f"{mark} · {standard.title_en if english else standard.title}", size=11, centred=True, faint=True)
    standing = certificate.standing(today)
    if standing != "valid":
        word = STANDINGS[standing][english]
        pdf.heading(f"{'NOT VALID' if english else '本证书现不有效'}:{word}", 1, centred=True)
    pdf.space(6)
    pdf.heading(certificate.holder, 1, centred=True)
    pdf.paragraph(
        "has been audited and meets the standard named above in the scope below." if english
        else "经审核,在下列范围内符合上述标准。", size=11, centred=True,
    )  # fmt: skip
    pdf.space(4)
    level = standard.level(certificate.band)
    rows = [
        ("Certificate number" if english else "证书编号", certificate.number),
        ("Registered as" if english else "登记标识", institution_key),
        ("Standard" if english else "标准", f"{standard.id} · {mark}"),
        ("Scope" if english else "认证范围", "、".join(certificate.scope)),
        ("Level" if english else "等级", (level.title_en if english else level.title) if level else certificate.band),
        ("Valid" if english else "有效期",
         f"{certificate.valid_from.isoformat()} {'to' if english else '至'} {certificate.valid_to.isoformat()}"),
        ("Issued" if english else "发证时间", f"{moment(certificate.issued_at):%Y-%m-%d %H:%M}"),
        ("Signing key" if english else "签名密钥", f"Ed25519 {certificate.key}"),
    ]  # fmt: skip
    if certificate.conditions and not certificate.conditions_met and certificate.conditions_due is not None:
        due = f"{moment(certificate.conditions_due):%Y-%m-%d}"
        rows.insert(5, ("Conditions" if english else "附带条件",
                        f"{len(certificate.conditions)} minor findings to be closed by {due}" if english
                        else f"{len(certificate.conditions)} 个一般不符合项须在 {due} 前整改完成"))  # fmt: skip
    pdf.table([], rows, [1, 3], size=10)
    pdf.space(4)
    caption = (
        "Scan to see whether this certificate stands today."
        if english
        else "扫码查看证书今天的状态;编号可在核验页查询。"
    )
    pdf.qr(address_of(base, certificate), size_mm=46, caption=caption)
    pdf.space(4)
    pdf.paragraph(notice, size=8, faint=True)
    return pdf.bytes()
