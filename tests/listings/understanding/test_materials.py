"""Offers and needs in the trade's own words lead to the right material and use, in both languages."""

import pytest

from listings.understanding.catalogue import Catalogue
from listings.understanding.hazards import forbidden_uses
from listings.understanding.materials import understand
from tests.listings.understanding.conftest import REFERENCE

OFFERS = [
    ("Grey powder caught in the precipitators of our coal-fired boilers", "coal_fly_ash"),
    ("燃煤电站静电除尘器下来的细灰", "coal_fly_ash"),
    ("Wet clinker removed from under the coal boiler grate", "coal_bottom_ash"),
    ("Wet scrubber product, CaSO4·2H2O 94%, from limestone process at power plant", "fgd_gypsum"),
    ("Gypsum from fertiliser plant making phosphoric acid", "phosphogypsum"),
    ("Water-quenched slag from ironmaking, vitreous", "bf_slag_granulated"),
    ("LD converter slag, 0-60 mm, aged one year", "bof_slag"),
    ("转炉炼钢渣,陈化一年", "bof_slag"),
    ("Black slag from scrap-based electric furnace steelmaking", "eaf_slag"),
    ("Zinc-rich filter dust from electric arc steelmaking", "eaf_dust"),
    ("Bag-filter dust from silicon metal furnace, amorphous SiO2 92%", "silica_fume"),
    ("Bauxite digestion residue after Bayer process, filter pressed", "red_mud"),
    ("Lime sludge from acetylene generation", "carbide_slag"),
    ("乙炔发生产生的氢氧化钙泥浆", "carbide_slag"),
    ("Calcium carbonate sludge from recausticising at kraft mill", "lime_mud"),
    ("Iron oxide flakes from hot rolling, some oil", "mill_scale"),
    ("Spent acid from steel strip pickling line with iron chloride", "spent_pickling_hcl"),
    ("Used resin-bonded moulding sand from iron castings", "foundry_sand"),
    ("Broken magnesia-carbon bricks from ladle relining", "spent_refractory"),
    ("钢包拆下来的镁碳砖", "spent_refractory"),
    ("Skimmings from aluminium remelt furnace, 40% metal", "aluminium_dross"),
    ("Granulated iron silicate from copper flash smelter", "copper_slag"),
    ("Black shale reject from coal mine", "coal_gangue"),
    ("磁选铁矿后的尾砂", "iron_tailings"),
    ("花岗岩板材切割泥浆", "stone_sludge"),
    ("Crushed concrete from demolition of an old plant", "concrete_rubble"),
    ("厂房拆除的混凝土块", "concrete_rubble"),
    ("棕色啤酒瓶碎玻璃", "glass_cullet"),
    ("硝化工段废硫酸,浓度70%", "spent_sulfuric_acid"),
    ("饭店回收的煎炸废油", "used_cooking_oil"),
    ("电子厂清洗用过的异丙醇,浓度85%", "spent_solvent"),
    ("Glycerine phase from biodiesel, 80%", "crude_glycerol"),
    ("生物柴油副产的甘油,含量80%", "crude_glycerol"),
    ("6063铝型材边角料", "scrap_aluminium"),
    ("冲压车间钢板边角料", "scrap_steel"),
    ("电镀车间压滤污泥,含镍6%", "plating_sludge"),
    ("锂电池破碎分选黑粉,含镍钴", "lithium_black_mass"),
    ("Baled old corrugated cardboard", "waste_paper"),
    ("打包旧纸箱", "waste_paper"),
    ("纸机白水回收的纤维污泥", "paper_sludge"),
    ("麦草制浆蒸煮废液", "black_liquor"),
    ("家具厂砂光木粉", "sawdust"),
    ("针织棉布裁剪边角", "textile_offcuts"),
    ("Washed clear flakes from drinks bottles", "pet_flake"),
    ("饮料瓶清洗破碎片", "pet_flake"),
    ("PE缠绕膜打包料", "polyolefin_scrap"),
    ("货车报废轮胎整胎", "scrap_tyres"),
    ("甘蔗糖厂末道糖蜜", "molasses"),
    ("酒精蒸馏塔底废醪", "vinasse"),
    ("Wet malt husks after lautering", "spent_grain"),
    ("糖化过滤后的麦芽壳", "spent_grain"),
    ("奶酪生产后剩余的液体", "whey"),
    ("三文鱼加工的鱼头鱼骨", "fish_byproduct"),
    ("肉鸡屠宰厂羽毛和血", "animal_byproduct"),
    ("烘焙厂过期面包", "food_waste"),
    ("Filter cake of mould biomass from citric acid fermentation", "mycelium"),
    ("抗生素发酵后的菌丝体", "mycelium"),
    ("城市污水处理厂脱水污泥,含固率20%", "sewage_sludge"),
    ("沼气工程固液分离沼渣", "digestate"),
    ("空压机冷却产生的55℃热水", "low_grade_heat"),
    ("0.8MPa富余饱和蒸汽", "steam"),
    ("Exhaust of glass furnace at 450 °C", "flue_gas_heat"),
    ("玻璃窑炉450℃排烟", "flue_gas_heat"),
    ("MBR处理后的出水,COD 30mg/L", "treated_wastewater"),
    ("蒸发器产生的凝结水", "condensate"),
    ("合成氨脱碳产生的高浓度CO2", "co2"),
    ("离子膜电解副产氢", "hydrogen"),
    ("Closed furnace gas with 75% CO from ferroalloy smelting", "co_gas"),
    ("密闭电石炉炉气,CO 75%", "co_gas"),
    ("焦炉煤气冷凝焦油", "coal_tar"),
    ("粘胶纤维副产元明粉", "sodium_sulfate"),
    ("钛白粉硫酸法副产绿矾", "ferrous_sulfate"),
    ("水处理失效活性炭", "spent_activated_carbon"),
    ("Equilibrium catalyst fines from catalytic cracker", "fcc_catalyst"),
    ("催化裂化装置卸出的平衡剂", "fcc_catalyst"),
    ("加氢装置废镍钼催化剂", "metal_catalyst"),
    ("页岩气井油基钻屑", "drill_cuttings"),
    ("床垫厂海绵边角", "pu_foam"),
    ("小麦收割后打捆的麦秸", "straw"),
    ("Slurry from pig farm", "manure"),
    ("养猪场粪水", "manure"),
    ("Red calcium sulphate cake from titanium pigment effluent neutralisation", "titanogypsum"),
    ("Anhydrite by-product of hydrogen fluoride manufacture", "fluorogypsum"),
    ("Fines collected by the lime kiln bag filter", "lime_kiln_dust"),
    ("Alkali bypass dust from clinker kiln", "cement_kiln_dust"),
    ("Distiller waste from ammonia-soda works", "soda_ash_residue"),
    ("氯碱厂一次盐水精制排出的泥", "salt_mud"),
    ("光伏电池厂含氟废水处理污泥", "calcium_fluoride_sludge"),
    ("Alum sludge from potable water clarifiers", "water_treatment_sludge"),
    ("Crushed mussel shells from cannery", "shell_waste"),
    ("甘蔗压滤滤泥", "sugar_press_mud"),
    ("30% hydrochloric acid from chlorination of organics", "byproduct_hcl"),
    ("甲烷氯化物装置副产31%盐酸", "byproduct_hcl"),
    ("Refinery spent caustic with sulphides", "spent_caustic"),
    ("Caprolactam plant ammonium sulphate crystals", "ammonium_sulfate"),
    ("Distillation tower CaCl2 liquor", "calcium_chloride"),
    ("农药废水蒸发结晶盐", "byproduct_salt"),
    ("Concentrate from seawater desalination plant", "brine_bittern"),
    ("晒盐后剩余的苦卤", "brine_bittern"),
    ("线路板厂碱性蚀刻液", "copper_etchant"),
    ("Yellow elemental sulphur from gas sweetening", "sulfur_recovered"),
    ("Surplus gas from coke batteries, 55% H2", "coke_oven_gas"),
    ("Cracker off-gas rich in methane and hydrogen", "refinery_fuel_gas"),
    ("催化裂化干气", "refinery_fuel_gas"),
    ("黄磷电炉尾气", "phosphorus_tail_gas"),
    ("Roaster gas with 8% SO2", "so2_gas"),
    ("石灰窑窑气,CO2 30%", "flue_gas_co2"),
    ("Drained engine oil from truck depot", "used_oil"),
    ("原油储罐清罐油泥", "oily_sludge"),
    ("Column bottoms from solvent recovery distillation", "still_bottoms"),
    ("精馏塔釜残液", "still_bottoms"),
    ("含甲醇5%的工艺废水", "dilute_organic_acid"),
    ("油脂脱色用过的白土", "spent_bleaching_earth"),
    ("延迟焦化装置副产焦炭", "petcoke"),
    ("304 stainless sheet offcuts", "scrap_stainless"),
    ("Copper-clad laminate trimmings", "pcb_scrap"),
    ("PCB厂废水处理含铜污泥,Cu 15%", "copper_sludge"),
    ("电动自行车报废铅酸电池", "lead_acid_battery"),
    ("Discarded refrigerators and washing machines", "weee"),
    ("X-ray film and fixer sludge", "silver_precious_sweep"),
    ("Jarosite cake from zinc refinery", "zinc_leach_residue"),
    ("Flue dust from copper smelter converters, 20% Zn", "zinc_dust"),
    ("热镀锌锅面浮渣", "zinc_ash"),
    ("电解铝槽大修废炭块", "spent_pot_lining"),
    ("高炉煤气洗涤泥", "bf_dust_sludge"),
    ("Fine coke screened below 10 mm", "coke_breeze"),
    ("磷矿浮选白云石尾矿", "phosphate_tailings"),
    ("Milled road surface", "asphalt_rap"),
    ("地铁盾构渣土", "excavated_soil"),
    ("Rejected float glass and windscreens", "flat_glass_waste"),
    ("Stone wool trimmings", "mineral_wool_waste"),
    ("Brick and mortar rubble", "mixed_cdw"),
    ("工地旧模板木方", "waste_wood"),
    ("Old creosoted railway sleepers", "treated_wood_cca"),
    ("Wet blue shavings from tannery", "chrome_leather"),
    ("Spent dichloromethane from pharma synthesis", "chlorinated_solvent"),
    ("Limed hide fleshings", "leather_shavings"),
    ("Window profile offcuts, uPVC", "pvc_scrap"),
    ("PA66 sprues and runners", "engineering_plastic"),
    ("Mixed packaging plastics from household sorting", "mixed_plastics"),
    ("Decommissioned wind turbine blades", "frp_composite"),
    ("糖厂压榨后的蔗渣", "bagasse"),
    ("Pressed cossettes", "sugar_beet_pulp"),
    ("啤酒发酵罐排出的酵母泥", "spent_yeast"),
    ("Orange peel after juice pressing", "fruit_pomace"),
    ("苹果榨汁后的果渣", "fruit_pomace"),
    ("两相法橄榄渣", "olive_pomace"),
    ("化制厂肉骨粉", "meat_bone_meal"),
    ("木薯淀粉厂薯渣", "starch_residue"),
    ("榨油后的菜籽枯饼", "oilseed_cake"),
    ("稻壳锅炉灰", "rice_husk_ash"),
    ("Ash from forest-chip boiler", "biomass_ash"),
    ("Ash from sludge mono-incinerator", "sewage_sludge_ash"),
    ("APC residue from energy-from-waste plant", "msw_fly_ash"),
    ("Fluidised bed ash from burning deinking sludge", "paper_sludge_ash"),
    ("中药厂煎煮药渣", "tobacco_herb_residue"),
    ("金针菇采收后的菌包料", "mushroom_substrate"),
    ("Excess activated sludge from chemical plant", "industrial_biosludge"),
    ("印染厂废水压滤污泥", "textile_dye_sludge"),
    ("Faeces and feed residue from salmon hatchery", "fish_farm_sludge"),
    ("LNG regasification cold", "cold_energy"),
    ("Cooling tower blowdown", "cooling_blowdown"),
    ("养殖尾水,氮磷高", "nutrient_wastewater"),
    ("SRF from mechanical sorting, 18 MJ/kg", "rdf"),
    ("锂辉石硫酸法浸出渣", "lithium_slag"),
    ("黄磷电炉水淬渣", "phosphorus_slag"),
    ("红土镍矿电炉水淬渣", "ferronickel_slag"),
    ("AOD炉渣", "stainless_slag"),
    ("水煤浆气化炉粗渣", "gasification_slag"),
    ("循环流化床锅炉固硫灰", "cfb_fly_ash"),
    ("Stones and gravel washed off sugar beet", "beet_stones"),
    ("Fine chalk suspension from cement raw milling", "chalk_slurry"),
    ("Saturated NaCl solution from water softener regeneration", "salt_brine"),
]

NEEDS = [
    ("limestone substitute for our clinker line", "cement_raw_meal"),
    ("Source of SO3 to control setting of cement", "cement_retarder"),
    ("水泥磨用调凝材料", "cement_retarder"),
    ("Blending material to cut the clinker factor", "cement_scm"),
    ("降低熟料用量的活性混合材", "cement_scm"),
    ("Raw material for drywall core", "plasterboard"),
    ("纸面石膏板芯料", "plasterboard"),
    ("Unbound material for haul road sub-base", "road_base"),
    ("水稳层用集料", "road_base"),
    ("Alternative fuel for precalciner, NCV above 15 MJ/kg", "cement_af"),
    ("分解炉替代燃料,热值15MJ/kg以上", "cement_af"),
    ("Easily degradable organics for our digester", "biogas_feed"),
    ("厌氧罐补料,易降解有机物", "biogas_feed"),
    ("Wet feed for dairy cows", "animal_feed"),
    ("奶牛场湿料", "animal_feed"),
    ("Secondary zinc for Waelz kiln", "zinc_recovery"),
    ("回转窑提锌原料", "zinc_recovery"),
    ("Cheap alkali to neutralise acid mine water", "ph_neutralisation"),
    ("中和酸性矿井水的廉价碱性料", "ph_neutralisation"),
    ("Iron salt for phosphate precipitation in sewage works", "water_coagulant"),
    ("Recovered fibre for testliner", "paper_pulp"),
    ("瓦楞原纸用再生纤维", "paper_pulp"),
    ("Heat source for town heating", "district_heating"),
    ("城区供暖热源", "district_heating"),
    ("CO2 for tomato greenhouse", "greenhouse_co2"),
    ("番茄大棚增施CO2", "greenhouse_co2"),
    ("PE regrind for pipe extrusion", "plastic_regranulate"),
    ("管材挤出用再生PE料", "plastic_regranulate"),
    ("Waste fats for HVO plant", "biodiesel_feed"),
    ("生物航煤用废油脂", "biodiesel_feed"),
    ("Clay replacement for brick kiln with some fuel value", "fired_brick"),
    ("烧结砖用带热值的代土材料", "fired_brick"),
    ("Peat replacement for potting soil", "growing_media"),
    ("代替泥炭的育苗基质", "growing_media"),
    ("Dry fines for wood pellet press", "pellets"),
    ("生物质颗粒机用干木料", "pellets"),
    ("Water for golf course watering", "irrigation"),
    ("园区绿化浇灌用水", "irrigation"),
    ("Cold charge for converter", "steelmaking"),
    ("转炉冷料", "steelmaking"),
    ("Furnace-ready cullet for bottles", "glass_batch"),
    ("制瓶用熟料玻璃", "glass_batch"),
    ("Iron-bearing fines for sinter mix", "sinter_feed"),
    ("烧结配料用含铁粉料", "sinter_feed"),
    ("公路底基层填筑材料", "road_base"),
    ("Hard chippings for SMA surface course", "asphalt_aggregate"),
    ("Used sand for thermal reclamation", "foundry_reclaim"),
    ("Dry litter material for broilers", "animal_bedding"),
    ("采空区胶结充填骨料", "mine_backfill"),
    ("Gold and palladium bearing scrap", "precious_metal_recovery"),
    ("阴极铜生产用含铜二次物料", "copper_recovery"),
    ("IPA for redistillation", "solvent_recovery"),
    ("制鱼粉用鱼杂", "fishmeal"),
    ("Raw fat and bone for rendering", "rendering"),
    ("面包酵母培养用糖源", "yeast_production"),
    ("有机肥厂用有机质原料", "organic_fertiliser"),
    ("Bulking agent and organics for windrows", "compost_feed"),
    ("Low calorific gas for CHP engine", "power_generation"),
]


@pytest.mark.parametrize(("text", "slug"), OFFERS)
def test_an_offer_is_recognised(catalogue, text, slug):
    assert understand(text, catalogue).materials[0].slug == slug


@pytest.mark.parametrize(("text", "slug"), NEEDS)
def test_the_use_of_a_need_is_recognised(catalogue, text, slug):
    assert understand(text, catalogue, side="need").uses[0].slug == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("We need granulated slag as latent hydraulic binder", "bf_slag_granulated"),
        ("求购粉煤灰,用作混凝土掺合料", "coal_fly_ash"),
        ("Looking for used cooking oil: feedstock for biodiesel", "used_cooking_oil"),
        ("长期采购废轮胎,生产胶粉", "scrap_tyres"),
        ("Seeking sawdust for pellet mill", "sawdust"),
        ("需要电石渣,用作烟气脱硫剂", "carbide_slag"),
    ],
)
def test_a_need_that_names_its_material_gets_it(catalogue, text, slug):
    assert understand(text, catalogue, side="need").materials[0].slug == slug


def test_a_need_without_a_name_gets_what_serves_the_use(catalogue):
    slugs = [entry.slug for entry in understand("Set regulator for cement grinding", catalogue, side="need").materials]
    assert {"fgd_gypsum", "phosphogypsum"} <= set(slugs)


def test_what_is_replaced_is_not_wanted(catalogue):
    found = understand("Fuel for lime burning instead of petroleum coke", catalogue, side="need")
    assert found.materials[0].slug != "petcoke"


@pytest.mark.parametrize(
    "text", ["鋼渣,轉爐煉鋼產生", "钢渣,转炉炼钢产生", "ＢＯＦ ＳＬＡＧ", "basic-oxygen-furnace slags"]
)
def test_spelling_width_and_script_do_not_matter(catalogue, text):
    assert understand(text, catalogue).materials[0].slug == "bof_slag"


@pytest.mark.parametrize(
    ("american", "british"), [("desulfurization gypsum", "desulphurisation gypsum"), ("used tires", "used tyres")]
)
def test_american_and_british_spelling_agree(catalogue, american, british):
    assert understand(american, catalogue).materials[0].slug == understand(british, catalogue).materials[0].slug


def test_the_subject_weighs_more_than_its_origin(catalogue):
    assert (
        understand("Ammonium sulphate from coke oven gas cleaning", catalogue).materials[0].slug == "ammonium_sulfate"
    )
    assert understand("污水污泥焚烧后的灰", catalogue).materials[0].slug == "sewage_sludge_ash"


def test_a_waste_code_settles_a_vague_text(catalogue):
    assert understand("残渣", catalogue, code="10 03 08").materials[0].slug == "salt_slag"


def test_the_industry_settles_a_vague_text(catalogue):
    assert understand("Slag", catalogue, industry="Yellow phosphorus furnace").materials[0].slug == "phosphorus_slag"


def test_a_family_word_alone_asks_which_material(catalogue):
    question = understand("slag", catalogue).question
    assert question is not None
    assert question.kind == "which_material"


@pytest.mark.parametrize("text", ["", "   ", "1234567890", "🙂🏭", "\x00\x07\x1b", "?!…,。"])
def test_nothing_known_asks_for_a_name(catalogue, text):
    found = understand(text, catalogue)
    assert found.question is not None
    assert found.question.kind == "name_material"


@pytest.mark.parametrize("side", ["offer", "need"])
@pytest.mark.parametrize(
    "text", ["粉煤灰 " * 2_500, "a" * 10_000, "%s %(x)s {0} \\ ' \" <b>", "\ud800 ash", "\u202efly ash"]
)
def test_odd_texts_are_read_without_failing(catalogue, side, text):
    assert understand(text, catalogue, side=side).materials is not None


def test_confidences_are_shares_in_falling_order(catalogue):
    ranked = understand("Sludge from the paper mill", catalogue).materials
    confidences = [entry.confidence for entry in ranked]
    assert confidences == sorted(confidences, reverse=True)
    assert 0 < sum(confidences) <= 1.0005


def test_the_same_text_gives_the_same_answer(catalogue):
    text = "Filter cake from zinc refining, Pb 3 %"
    fresh = Catalogue.from_files(REFERENCE)
    assert understand(text, catalogue) == understand(text, fresh)


def test_evidence_names_the_words_found(catalogue):
    assert "粉煤灰" in understand("一批粉煤灰出售", catalogue).materials[0].evidence
    assert "red mud" in understand("red mud", catalogue).materials[0].evidence


def test_figures_come_with_the_material(catalogue):
    (figure,) = understand("Fly ash, LOI 4 %", catalogue).figures
    assert (figure.property_slug, figure.typ, figure.unit) == ("loi", 4.0, "%")


@pytest.mark.parametrize(
    ("text", "hazard", "use"),
    [
        ("Shavings of CCA treated timber", "preservative_wood", "animal_bedding"),
        ("旧防腐枕木", "preservative_wood", "pellets"),
        ("Cullet of television picture tubes", "leaded_glass", "glass_batch"),
        ("蓝湿皮铬鞣革边角", "chrome_leather", "organic_fertiliser"),
        ("Spent methylene chloride", "halogenated", "cement_af"),
        ("Transformer oil with polychlorinated biphenyls", "pcb_oil", "rerefined_lube"),
        ("未净化的锅炉烟气", "untreated_gas", "carbonated_drinks"),
        ("Mouldy maize", "spoiled_feed", "animal_feed"),
        ("含砷金尾矿", "arsenic", "aac_block"),
        ("餐馆回收的废食用油", "used_frying_oil", "human_food"),
        ("生活垃圾焚烧飞灰", "incineration_fly_ash", "paving_block"),
        ("Electroplating sludge", "plating_metals", "compost_feed"),
    ],
)
def test_contamination_rules_uses_out(catalogue, text, hazard, use):
    hazards = understand(text, catalogue).hazards
    assert hazard in hazards
    assert use in forbidden_uses(hazards)


@pytest.mark.parametrize(
    "text", ["Untreated pine shavings", "Brown bottle cullet", "Fresh brewers grains", "食品级二氧化碳"]
)
def test_clean_materials_carry_no_hazard(catalogue, text):
    assert understand(text, catalogue).hazards == ()


def test_evidence_of_a_rule_is_the_words_it_rests_on(catalogue):
    evidence = understand("Yellow elemental powder from the Claus unit", catalogue).materials[0].evidence
    assert "claus" in evidence
