namespace Ordo.Economy.Surveys;

/// <summary>Indices of survey answers: 50 is neither better nor worse.</summary>
public static class DiffusionIndex
{
    /// <summary>Share of "up" and half the share of "same", both in percent.</summary>
    public static decimal OfShares(decimal up, decimal same)
    {
        if (up < 0 || same < 0 || up + same > 100) throw new ArgumentOutOfRangeException(nameof(up), "Shares lie from 0 to 100 percent and do not exceed 100 together.");
        return up + same / 2;
    }

    /// <returns><c>null</c> without any answer.</returns>
    public static decimal? OfAnswers(int up, int same, int down) =>
        up + same + down is > 0 and var all ? (up + same / 2m) * 100 / all : null;

    /// <summary>
    /// Manufacturing PMI (制造业采购经理指数) of five seasonally adjusted diffusion indices. Supplier delivery counts inversely: the slower, the busier.
    /// </summary>
    public static decimal Pmi(PmiParts parts, PmiWeights weights) =>
        weights.NewOrders * parts.NewOrders + weights.Production * parts.Production + weights.Employment * parts.Employment
        + weights.SupplierDelivery * (100 - parts.SupplierDelivery) + weights.RawMaterialStock * parts.RawMaterialStock;
}

/// <summary>Diffusion indices, 0…100. <paramref name="SupplierDelivery"/> as surveyed, above 50 when deliveries got faster.</summary>
public sealed record PmiParts(decimal NewOrders, decimal Production, decimal Employment, decimal SupplierDelivery, decimal RawMaterialStock);

/// <summary>Weights that sum to 1.</summary>
public sealed record PmiWeights(decimal NewOrders, decimal Production, decimal Employment, decimal SupplierDelivery, decimal RawMaterialStock)
{
    /// <summary>Those of the National Bureau of Statistics.</summary>
    public static PmiWeights National { get; } = new(0.30m, 0.25m, 0.20m, 0.15m, 0.10m);
}
