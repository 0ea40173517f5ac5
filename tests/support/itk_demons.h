#pragma once
/// ITK's diffeomorphic demons, the peer of cmrt1's.

// GCC 12 misreads the unrolled loops of itk::Size as running past two dimensions.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Warray-bounds"
#include <itkDiffeomorphicDemonsRegistrationFilter.h>
#include <itkImage.h>
#include <itkMultiThreaderBase.h>

#include <algorithm>

#include "cmrt1/field/demons.h"

namespace cmrt1::peer {

using ItkImage = itk::Image<float, 2>;
using ItkField = itk::Image<itk::Vector<float, 2>, 2>;

inline ItkImage::Pointer to_itk(const Pixels& pixels) {
  auto image = ItkImage::New();
  ItkImage::SizeType size;
  size[0] = static_cast<itk::SizeValueType>(pixels.cols());
  size[1] = static_cast<itk::SizeValueType>(pixels.rows());
  image->SetRegions(ItkImage::RegionType(size));
  image->Allocate();
  std::copy_n(pixels.data(), pixels.size(), image->GetBufferPointer());
  return image;
}

/// From no displacement, on one thread. ITK cuts its Gaussians where a tenth of their weight is left: 2 pixels in its
/// options are 1.6 in effect.
inline DisplacementField register_demons(const Pixels& fixed, const Pixels& moving, const DemonsOptions& options,
                                         double smoothing_px = 2) {
  using Demons = itk::DiffeomorphicDemonsRegistrationFilter<ItkImage, ItkImage, ItkField>;
  itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1);
  auto demons = Demons::New();
  demons->SetFixedImage(to_itk(fixed));
  demons->SetMovingImage(to_itk(moving));
  demons->SetNumberOfIterations(static_cast<itk::IdentifierType>(options.iterations));
  demons->SetMaximumUpdateStepLength(options.max_step_px);
  demons->SetIntensityDifferenceThreshold(options.threshold);
  demons->SetStandardDeviations(smoothing_px);
  demons->SetSmoothUpdateField(true);
  demons->SetUpdateFieldStandardDeviations(smoothing_px);
  demons->Update();
  DisplacementField field{Pixels(fixed.rows(), fixed.cols()), Pixels(fixed.rows(), fixed.cols())};
  for (Eigen::Index i = 0; i < field.x.size(); ++i) {
    field.x.data()[i] = demons->GetOutput()->GetBufferPointer()[i][0];
    field.y.data()[i] = demons->GetOutput()->GetBufferPointer()[i][1];
  }
  return field;
}

}  // namespace cmrt1::peer
#pragma GCC diagnostic pop
