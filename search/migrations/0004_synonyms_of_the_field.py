"""The words of the field that mean the same, to begin with. Editors change them as they like."""

from typing import Any

from django.db import migrations

SYNONYMS = [
    "ACP, advanced clinical practitioner",
    "AGM, annual general meeting",
    "ANP, advanced nurse practitioner",
    "APMS, alternative provider medical services",
    "ARRS, additional roles reimbursement scheme, additional roles",
    "BMA, British Medical Association",
    "CAIP, capacity and access improvement payment, capacity and access payment",
    "CD, clinical director",
    "CPD, continuing professional development",
    "CQC, Care Quality Commission",
    "CVD, cardiovascular disease",
    "DES, directed enhanced service, network contract",
    "DPIA, data protection impact assessment",
    "DPO, data protection officer",
    "DSA, data sharing agreement",
    "EHCH, enhanced health in care homes",
    "FCP, first contact practitioner, first contact physiotherapist",
    "FTE, WTE, full-time equivalent, whole-time equivalent",
    "GDPR, general data protection regulation",
    "GMS, general medical services",
    "GP, general practitioner, family doctor",
    "HCA, healthcare assistant, health care assistant",
    "HMRC, HM Revenue and Customs",
    "HWBC, HWC, health and wellbeing coach",
    "ICB, integrated care board",
    "ICS, integrated care system",
    "IIF, investment and impact fund",
    "INT, integrated neighbourhood team",
    "KPI, key performance indicator",
    "LES, local enhanced service",
    "LLP, limited liability partnership",
    "LMC, local medical committee",
    "MDT, multidisciplinary team, multi-disciplinary team",
    "MOU, memorandum of understanding",
    "NHSE, NHS England",
    "NI, NIC, national insurance",
    "PCN, primary care network",
    "PHM, population health management",
    "PMS, personal medical services",
    "PPG, patient participation group",
    "QI, quality improvement",
    "QOF, quality and outcomes framework",
    "SAR, subject access request",
    "SLA, service level agreement",
    "SMR, structured medication review",
    "SNOMED, SNOMED CT, clinical codes",
    "SPLW, social prescribing link worker, link worker",
    "TUPE, transfer of undertakings",
    "VAT, value added tax",
]


def bring(apps: Any, schema_editor: Any) -> None:
    synonym = apps.get_model("search", "Synonym")
    for words in SYNONYMS:
        synonym.objects.get_or_create(words=words)


def take(apps: Any, schema_editor: Any) -> None:
    """What editors have changed stays."""
    apps.get_model("search", "Synonym").objects.filter(words__in=SYNONYMS).delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0003_searches")]

    operations = [migrations.RunPython(bring, take, elidable=False)]
